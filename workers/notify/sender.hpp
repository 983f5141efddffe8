#pragma once
// Tells people of the rows that are due: claims some, decides, begins, tells, and writes what became of it. A thread of
// its own, which owns a store and calls the notifier. Owned by the service.
// Promise: what is told is marked before and written after. An outcome that can't be written is tried again until it
// is, or until the sender has to end; then the row counts as unknown, and is not told again.

#include <chrono>
#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "runtime/logging/logger.hpp"
#include "runtime/metrics/metrics.hpp"
#include "workers/common/circuit_breaker.hpp"
#include "workers/notify/flood_watch.hpp"
#include "workers/notify/notifier.hpp"
#include "workers/notify/notify_figures.hpp"
#include "workers/notify/presence_view.hpp"
#include "workers/notify/store_opener.hpp"

namespace fanfare::workers::notify {

class Sender {
 public:
  using Clock = std::chrono::steady_clock;

  struct Options {
    store::NotifyTimes times = {};
    std::size_t claim = 16;                          ///< rows at a time
    std::chrono::milliseconds lease{60'000};         ///< well above what a call takes
    std::chrono::milliseconds call_timeout{15'000};  ///< of the notifier
    std::chrono::milliseconds longest_idle{500};     ///< until it looks again, for what others have made
    std::chrono::milliseconds sweep_every{600'000};  ///< what has been idle for long
    std::function<common::TimePoint()> now = common::wall_clock;
  };

  /// What it lives with; outlives it.
  struct Context {
    Notifier& notifier;
    const PresenceView& presence;
    runtime::Logger& log;
    runtime::Metrics& metrics;
    NotifyFigures& figures;
    /// A person's link has ended, for that reason; on the sender's thread, after the commit.
    std::function<void(const Uuid& person, const std::string& reason)> on_link_ended;
  };

  Sender(const Context& context, Options options, ReopenedStore store);
  Sender(const Sender&) = delete;
  Sender& operator=(const Sender&) = delete;
  /// As close() and finish() without a time.
  ~Sender();

  /// From any thread: there may be something new.
  void wake();

  /// From any thread: claims nothing more; what is being told is finished by `deadline`.
  void close(Clock::time_point deadline);
  void finish();

 private:
  using Store = store::NotificationStore;

  void run();
  [[nodiscard]] bool look();
  void keep_house();
  void check_clock();
  void handle(const store::DueNotification& due, Clock::time_point claimed_at);
  void tell(store::DueNotification due, bool is_change);
  [[nodiscard]] bool begin(const store::DueNotification& due, bool is_change);
  void write_down(store::DueNotification& due, bool is_change, const Told& told);
  void write_told(store::DueNotification& due, bool is_change, const Told& told);
  void write_later(store::DueNotification& due, const Told& told);
  void end_link(const store::DueNotification& due, const std::string& reason);
  void refuse(const store::DueNotification& due, bool is_change, const std::string& reason);
  void move(store::DueNotification& due, const std::optional<std::string>& address);
  void write(const std::function<runtime::Result<bool>(Store&)>& change);
  [[nodiscard]] Notification notification_of(const store::DueNotification& due, bool is_change) const;
  [[nodiscard]] bool wait_for(std::chrono::milliseconds time, bool wakes_up = false);
  [[nodiscard]] bool is_closed() const;

  const Context context_;
  const Options options_;
  ReopenedStore store_;
  common::CircuitBreaker breaker_;
  FloodWatch floods_;
  Clock::time_point next_house_{};
  Clock::time_point next_sweep_{};
  std::optional<std::chrono::milliseconds> clock_offset_;  ///< of the wall clock

  mutable std::mutex mutex_;  // guards the two below
  std::condition_variable changed_;
  bool is_woken_ = false;
  Clock::time_point deadline_ = Clock::time_point::max();  // another one: closed
  std::jthread thread_;                                    // last, so that it is joined before the rest goes
};

}  // namespace fanfare::workers::notify
