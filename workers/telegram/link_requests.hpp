#pragma once
// Answers `telegram.status`, `.link` and `.unlink` (docs/services.md): one member of these services, with threads and
// stores of its own. Owned by the service. Until Telegram has said who the bot is, people are asked to try again.

#include <fanfare/client.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/logging/logger.hpp"
#include "workers/common/attempts.hpp"
#include "workers/common/request_pool.hpp"
#include "workers/store/database.hpp"
#include "workers/telegram/link_events.hpp"

namespace fanfare::workers::telegram {

class LinkRequests {
 public:
  /// What it lives with; outlives it.
  struct Context {
    Client& client;
    store::Database& database;
    runtime::Logger& log;
    std::function<std::optional<std::string>()> bot_name;
    PublishLinkEvent publish;
    std::function<void(std::string reason)> fail;  ///< the broker refuses the services
  };

  explicit LinkRequests(Context context);

  /// False when the broker did not acknowledge them in time; throws fanfare::Error when it refused.
  [[nodiscard]] bool wait_ready(std::chrono::milliseconds timeout) const;

  /// Nothing new is taken; what waits is answered until the deadline.
  void drain(std::chrono::steady_clock::time_point deadline);

 private:
  [[nodiscard]] common::RequestPool::Answering make_answering();

  const Context context_;
  common::Attempts attempts_;  // shared by the threads
  common::RequestPool pool_;
  std::vector<Service> services_;  // last: no request comes any more when the rest goes
};

}  // namespace fanfare::workers::telegram
