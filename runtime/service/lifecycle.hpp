#pragma once
// Drives one Service from start to end by signals and by what the service itself reports.
// Owned by run_service(); run() is the main thread's loop. fail() may be called from any thread.
// Promise: it returns or ends the process at the drain deadline plus a short grace, whatever the service does.

#include <chrono>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <variant>
#include <vector>

#include "runtime/process/file_descriptor.hpp"
#include "runtime/process/wake_up.hpp"
#include "runtime/service/service.hpp"
#include "runtime/service/watchdog.hpp"

namespace fanfare::runtime {

class Lifecycle {
 public:
  using Clock = std::chrono::steady_clock;

  using DrainLimit = std::function<std::chrono::milliseconds(const Config&)>;

  /// `drain_limit` says how long drain() may take under a configuration; `reload` reads the configuration again and
  /// returns it, or nothing if it is wrong (which it has logged).
  Lifecycle(Logger& log, const FileDescriptor& signals, const Config& config, DrainLimit drain_limit,
            std::function<std::optional<Config>()> reload);

  /// Returns the exit code.
  int run(Service& service);

  void fail(std::string reason);
  void misconfigured(std::string reason);

 private:
  enum class State { kStarting, kRunning, kDraining, kEnded };
  struct Started {
    Result<void> result;
  };
  struct Failed {
    std::string reason;
    int exit_code = 1;
    bool may_start = false;  ///< it ends when it has started, so that a process manager knows that it can
  };
  struct Drained {};
  using Event = std::variant<Started, Failed, Drained>;

  void post(Event event);
  void post_failure(Failed failure);
  std::vector<Event> take_events();
  void wait();
  void on_signal(int number);
  void on_event(Started& event);
  void on_event(Failed& event);
  void on_event(Drained& event);
  void stop(int exit_code);
  void begin_drain();
  void reload_now();
  void end_if_late();
  void tell_watchdog();

  Logger& log_;
  const FileDescriptor& signals_;
  DrainLimit drain_limit_of_;
  std::function<std::optional<Config>()> reload_;

  // The main thread's.
  Service* service_ = nullptr;
  State state_ = State::kStarting;
  std::chrono::milliseconds drain_limit_;
  bool is_stopping_ = false;
  bool wants_reload_ = false;
  bool stops_when_started_ = false;
  int exit_code_ = 0;
  Clock::time_point deadline_ = Clock::time_point::max();
  Watchdog watchdog_;

  WakeUp wake_up_;
  std::mutex mutex_;           // guards events_ only
  std::vector<Event> events_;  // bounded by its causes: one start, one drain, and only the first failure is kept
  bool has_failed_ = false;    // guarded by mutex_
  std::jthread worker_;        // runs start(), later drain(); last, so that it is joined before the rest goes
};

}  // namespace fanfare::runtime
