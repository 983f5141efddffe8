#pragma once
// This process's place in the group `telegram-poller`, which only elects: the active one takes the bot's updates, and
// answers `telegram.update` where there is a webhook; the others stand by. Owned by the service; its callbacks run
// where the client's handlers do.

#include <fanfare/client.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "workers/telegram/poller.hpp"

namespace fanfare::workers::telegram {

class PollerSeat {
 public:
  /// What it lives with; outlives it.
  struct Context {
    Client& client;
    Poller& poller;
    bool has_webhook = false;
    std::function<void(std::string reason)> fail;  ///< the broker refuses the membership
  };

  explicit PollerSeat(Context context);
  PollerSeat(const PollerSeat&) = delete;
  PollerSeat& operator=(const PollerSeat&) = delete;
  ~PollerSeat() { leave(); }

  /// False when the broker did not acknowledge it in time; throws fanfare::Error when it refused.
  [[nodiscard]] bool wait_ready(std::chrono::milliseconds timeout) const { return membership_.wait_ready(timeout); }

  /// Another one takes over at once.
  void leave();

 private:
  void take(const Role& role);
  void answer(const Request& request, const Responder& responder);

  const Context context_;
  std::optional<Service> service_;  // while active; the handlers' thread's until the membership has gone
  Membership membership_;           // last: no handler runs any more when the rest goes
};

}  // namespace fanfare::workers::telegram
