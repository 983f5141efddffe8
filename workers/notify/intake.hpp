#pragma once
// From the group over `chat.>` to the rows of who is to be told: a membership, a bounded queue, and a thread that owns
// a store. Owned by the service. Promise: a message is acknowledged after the commit of the rows it makes. While the
// database is away the batch is tried again for as long as it takes: a pause, never a failure, in which the group hands
// out no more than the queue holds.

#include <fanfare/client.hpp>

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "runtime/logging/logger.hpp"
#include "runtime/metrics/metrics.hpp"
#include "workers/common/circuit_breaker.hpp"
#include "workers/common/delivery_keeper.hpp"
#include "workers/notify/notify_figures.hpp"
#include "workers/notify/store_opener.hpp"

namespace fanfare::workers::notify {

class Intake {
 public:
  using Clock = std::chrono::steady_clock;

  struct Options {
    std::string group;
    std::size_t batch = 256;
    std::chrono::milliseconds linger{20};
    std::size_t preview = 0;  ///< characters of a message that are kept
    /// The same for all members of the group: another one is for tests that can't wait.
    std::chrono::milliseconds ack_wait{10'000};
    std::chrono::milliseconds longest_back_off{5'000};
  };

  /// What it lives with; outlives it.
  struct Context {
    Client& client;
    runtime::Logger& log;
    runtime::Metrics& metrics;
    NotifyFigures& figures;
    std::function<void(std::string reason)> fail;  ///< the broker refuses the membership
    std::function<void()> on_taken;                ///< rows were made; on the thread of the intake
  };

  Intake(const Context& context, Options options, ReopenedStore store);
  Intake(const Intake&) = delete;
  Intake& operator=(const Intake&) = delete;
  ~Intake();

  /// False when the broker did not acknowledge it in time; throws fanfare::Error when it refused.
  [[nodiscard]] bool wait_ready(std::chrono::milliseconds timeout) const { return membership_->wait_ready(timeout); }

  /// Writes what the group has handed over, takes nothing more from it, and waits for that no longer than `deadline`.
  void settle(Clock::time_point deadline);

  /// Takes nothing more, and tries nothing again beyond `deadline`.
  void close(Clock::time_point deadline);

  /// After close(): ends the thread and leaves the group. What was not written goes to others.
  void finish();

 private:
  struct Pending {
    std::optional<store::Arrival> arrival;  ///< none: only to be acknowledged, in its turn
    std::shared_ptr<common::Delivery> delivery;
    Clock::time_point since;
  };

  void handle(const Work& work, Settler settler);
  void drop_revoked();
  void run();
  [[nodiscard]] std::vector<Pending> next_batch();
  [[nodiscard]] bool write(const std::vector<Pending>& batch);
  [[nodiscard]] bool pause(std::chrono::milliseconds back_off);
  [[nodiscard]] bool is_closed() const { return deadline_ != Clock::time_point::max(); }

  const Context context_;
  const Options options_;
  ReopenedStore store_;  // the thread's
  common::CircuitBreaker breaker_;
  common::DeliveryKeeper keeper_;

  std::mutex mutex_;  // guards the three below
  std::condition_variable changed_;
  std::deque<Pending> pending_;
  Clock::time_point deadline_ = Clock::time_point::max();  // another one: closed
  std::vector<Pending> left_;                              // held until the group is left
  std::jthread thread_;
  std::optional<Membership> membership_;  // last: no handler runs any more when the rest goes
};

}  // namespace fanfare::workers::notify
