#pragma once
// Takes the bot's updates while this process is the elected one, and has each handled: by long polling, or, where there
// is a webhook, from the requests that fanfare-http hands over. Owned by the service; has a thread of its own, all
// functions may be called by any. Promise: an update is handled until it is done, one after the other in their order,
// and counts as done only when that is stored; after a loss of the role nothing new is begun.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <stop_token>
#include <string>
#include <thread>

#include "runtime/logging/logger.hpp"
#include "runtime/metrics/metrics.hpp"
#include "workers/telegram/update_handling.hpp"
#include "workers/telegram/update_source.hpp"

namespace fanfare::workers::telegram {

class Poller {
 public:
  using Clock = std::chrono::steady_clock;

  struct Options {
    std::string webhook_url = {};  ///< empty: updates are polled
    std::string webhook_secret = {};
    std::chrono::seconds poll{25};
    std::chrono::milliseconds first_pause{500};
    std::chrono::milliseconds longest_pause{30'000};
    std::chrono::milliseconds handle_limit{10'000};
    std::chrono::milliseconds call_limit{10'000};
  };

  /// What it lives with; outlives it.
  struct Context {
    UpdateSource& source;
    UpdateHandling& handling;
    UpdateProgress& progress;
    runtime::Logger& log;
    runtime::Metrics& metrics;
    std::function<void(const std::string& reason)> alarm;  ///< the token is wrong
  };

  Poller(Options options, Context context);
  Poller(const Poller&) = delete;
  Poller& operator=(const Poller&) = delete;
  ~Poller() { close(); }

  void set_active(bool active);

  /// An update that came to the webhook. `reply` is told once whether it is done: here, or by the poller's thread.
  void submit(bot::Update update, Clock::time_point deadline, std::function<void(bool is_done)> reply);

  /// Ends what is under way and the thread; what waits is replied to with false.
  void close();

 private:
  struct Submitted {
    bot::Update update;
    Clock::time_point deadline;
    std::function<void(bool)> reply;
  };
  enum class Ended : std::uint8_t { kDone, kStopped, kLate };

  void run(const std::stop_token& stop);
  void work(const std::stop_token& role);
  bool prepare(const std::stop_token& role);
  void poll(const std::stop_token& role);
  void take_submitted(const std::stop_token& role);
  Ended handle(const bot::Update& update, Clock::time_point deadline, const std::stop_token& role);
  bool try_once(const bot::Update& update);
  bool load_progress();
  [[nodiscard]] bool is_done(std::int64_t update) const;
  void failed(const bot::BotError& error, const std::string& what, const std::stop_token& role);
  void pause(std::chrono::milliseconds time, const std::stop_token& stop);
  std::chrono::milliseconds next_pause();
  void refuse_submitted();

  const Options options_;
  const Context context_;
  runtime::Gauge is_active_;
  runtime::Counter done_;
  runtime::Counter repeated_;
  runtime::Counter retried_;
  runtime::Counter skipped_;

  std::mutex mutex_;  // guards the four below
  std::condition_variable_any changed_;
  std::optional<std::stop_source> role_;  // while active
  std::deque<Submitted> submitted_;
  bool is_closed_ = false;

  // The thread's.
  bool is_prepared_ = false;
  bool is_loaded_ = false;
  Clock::time_point reload_at_;
  std::optional<std::int64_t> last_;
  int failures_ = 0;
  std::int64_t defective_ = 0;  // the update whose handling threw last
  int defects_ = 0;
  std::jthread thread_;  // last
};

}  // namespace fanfare::workers::telegram
