#pragma once
// Whom a notifier tells, and when: a member of the group named like it over `chat.>`, which makes rows of messages, a
// watch of who is there, and a sender that tells what is due. Part of a program's service, which owns it and the
// notifier; any number of processes share the rows. Promise: of a message everybody it is for is told once, or counted
// as why not; a process may end at any moment.

#include <fanfare/client.hpp>
#include <fanfare/metrics_report.hpp>

#include <chrono>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>

#include "runtime/config/config.hpp"
#include "runtime/logging/logger.hpp"
#include "runtime/metrics/metrics.hpp"
#include "runtime/result.hpp"
#include "workers/notify/intake.hpp"
#include "workers/notify/notifier.hpp"
#include "workers/notify/notify_figures.hpp"
#include "workers/notify/presence_view.hpp"
#include "workers/notify/sender.hpp"
#include "workers/notify/store_opener.hpp"

namespace fanfare::workers::notify {

class NotifyService {
 public:
  /// What it lives with; outlives it.
  struct Context {
    const runtime::Config& config;
    Notifier& notifier;
    OpenStore open_store;  ///< over a migrated database
    runtime::Logger& log;
    runtime::Metrics& metrics;
    std::function<void(std::string reason)> fail;  ///< the broker refuses; from any thread
    /// A person's link has ended, for that reason; on the sender's thread, after the commit. May be empty.
    std::function<void(const Uuid& person, const std::string& reason)> on_link_ended = {};
  };

  /// As the configuration says; the rest is for tests that can't wait.
  struct Options {
    Intake::Options intake;
    Sender::Options sender;
  };
  [[nodiscard]] static Options options_of(const runtime::Config& config);

  explicit NotifyService(const Context& context) : NotifyService(context, options_of(context.config)) {}
  NotifyService(const Context& context, Options options);
  NotifyService(const NotifyService&) = delete;
  NotifyService& operator=(const NotifyService&) = delete;
  ~NotifyService();

  /// Returns once the broker has acknowledged the membership, or why it can't, or that `stop` was requested.
  [[nodiscard]] runtime::Result<void> start(const std::stop_token& stop);

  /// Claims nothing more, writes what was taken, finishes what is being told, and leaves; the rest goes to others.
  void drain(std::chrono::steady_clock::time_point deadline);

 private:
  [[nodiscard]] Client connect(const std::string& name, std::function<void(const State&)> on_state) const;
  [[nodiscard]] store::NotificationStoreOptions store_options(const std::string& holder) const;
  [[nodiscard]] runtime::Result<void> wait_for_broker(const std::stop_token& stop) const;

  const Context context_;
  const Options options_;
  NotifyFigures figures_;
  PresenceView presence_;
  std::optional<Client> chat_client_;      // its handler may wait for the database
  std::optional<Client> presence_client_;  // its handlers never do
  std::optional<Sender> sender_;
  std::optional<PresenceWatch> watch_;
  std::optional<Intake> intake_;
};

}  // namespace fanfare::workers::notify
