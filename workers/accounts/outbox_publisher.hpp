#pragma once
// Publishes what changed, in the order of the commits, from the outbox: one thread, with a connection of its own. Any
// thread may wake() it. Several processes may run it; the one that holds the lease publishes.
// Promise: each row is published at least once, in order; a row that is published again after a crash has the same
// message id, so the broker stores it once. Only a row that the broker refuses is overtaken, by those sent along with
// it; it is tried until it is taken, and nothing after those goes out before.

#include <fanfare/outcome.hpp>

#include <chrono>
#include <condition_variable>
#include <functional>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "runtime/logging/logger.hpp"
#include "runtime/result.hpp"
#include "workers/accounts/outbox_message.hpp"
#include "workers/store/account_stores.hpp"

namespace fanfare::workers::accounts {

/// The way to the broker.
struct OutboxChannel {
  std::function<bool()> is_ready;
  std::function<std::future<Ack>(const OutboxMessage& message, const Uuid& id)> publish;
};

class OutboxPublisher {
 public:
  struct Options {
    std::string holder;                             ///< another for each process
    std::chrono::milliseconds poll{500};            ///< how often rows of other processes are looked for
    std::chrono::milliseconds lease{3'000};         ///< what a crash of the holder costs at most
    std::chrono::milliseconds publish_time{2'000};  ///< for the acknowledgements of a batch; less than the lease
    std::chrono::milliseconds back_off{1'000};      ///< after a failure
    std::size_t batch = 100;
  };
  using Open = std::function<runtime::Result<std::unique_ptr<store::AccountStores>>()>;

  OutboxPublisher(Options options, Open open, OutboxChannel channel, runtime::Logger& log);
  OutboxPublisher(const OutboxPublisher&) = delete;
  OutboxPublisher& operator=(const OutboxPublisher&) = delete;
  /// Publishes what is there if it can, and ends within about `publish_time`.
  ~OutboxPublisher();

  void wake();

 private:
  void run(const std::stop_token& stop);
  void rest(const std::stop_token& stop, std::chrono::milliseconds time);
  runtime::Result<void> publish_all();
  /// How many rows from the first one on were acknowledged.
  std::size_t publish(const std::vector<store::OutboxRow>& rows);

  const Options options_;
  const Open open_;
  const OutboxChannel channel_;
  runtime::Logger& log_;
  std::unique_ptr<store::AccountStores> stores_;  // the thread's

  std::mutex mutex_;  // guards is_woken_
  std::condition_variable_any changed_;
  bool is_woken_ = false;
  std::jthread thread_;
};

}  // namespace fanfare::workers::accounts
