#pragma once
// Writes down what became of a notification: told, later, never, or not known. Part of the sender; its thread. Promise:
// what can't be written is tried again until it is, or until the sender has to end; doing it twice does no harm, the
// row's state says so.

#include <chrono>
#include <functional>
#include <optional>
#include <string>

#include "runtime/logging/logger.hpp"
#include "workers/notify/flood_watch.hpp"
#include "workers/notify/notifier.hpp"
#include "workers/notify/notify_figures.hpp"
#include "workers/notify/presence_view.hpp"
#include "workers/notify/store_opener.hpp"

namespace fanfare::workers::notify {

class OutcomeWriter {
 public:
  using Store = store::NotificationStore;

  /// What it lives with; outlives it.
  struct Context {
    const Notifier& notifier;
    const PresenceView& presence;
    runtime::Logger& log;
    NotifyFigures& figures;
    std::function<void(const Uuid& person, const std::string& reason)> on_link_ended;
    ReopenedStore& store;
    std::function<bool(std::chrono::milliseconds time)> pause;  ///< false: the sender has to end
    store::NotifyTimes times = {};
    std::function<common::TimePoint()> now;
  };

  explicit OutcomeWriter(Context context) : context_(std::move(context)) {}

  /// Of a row that was begun.
  void write_down(store::DueNotification due, bool is_change, const Told& told);

  /// One change, until it is written.
  void write(const std::function<runtime::Result<bool>(Store&)>& change);

 private:
  void write_told(store::DueNotification& due, bool is_change, const Told& told);
  void write_later(store::DueNotification& due, const Told& told);
  void end_link(const store::DueNotification& due, const std::string& reason);
  void refuse(const store::DueNotification& due, bool is_change, const std::string& reason);
  void move(store::DueNotification& due, const std::optional<std::string>& address);

  const Context context_;
  FloodWatch floods_;
};

}  // namespace fanfare::workers::notify
