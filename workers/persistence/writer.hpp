#pragma once
// Writes records to the database in batches, on a thread of its own that owns the store, from one bounded queue, and
// settles their deliveries after the commit. Owned by the service; add() is called by the thread the records come on
// and waits while the queue is full, which the group's max_in_flight keeps from happening unless much was revoked.
// While the database is away the batch is tried again, with back-off, for as long as it takes: a pause, never a
// failure, in which nothing is settled and so the group hands out no more than this holds. Promise: what was added is
// written in its order; of a conversation nothing is written behind a message that was not.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <thread>
#include <vector>

#include "runtime/logging/logger.hpp"
#include "runtime/metrics/metrics.hpp"
#include "workers/common/circuit_breaker.hpp"
#include "workers/persistence/pending_records.hpp"
#include "workers/persistence/refused_conversations.hpp"
#include "workers/store/message_store.hpp"

namespace fanfare::workers::persistence {

/// The gauge of what asks the database.
inline constexpr const char* kDatabaseFigure = "fanfare_persistence_database_up";

class Writer {
 public:
  using Clock = std::chrono::steady_clock;
  using OpenStore = std::function<runtime::Result<std::unique_ptr<store::MessageStore>>()>;
  /// Called on the writer's thread after the commit, for each whose message is traced.
  using OnTraced = std::function<void(const Uuid& message, std::string_view hop)>;

  struct Options {
    PendingRecords::Bounds bounds;
    std::chrono::milliseconds first_back_off{100};
    std::chrono::milliseconds longest_back_off{5'000};
  };

  /// `open` is called on the writer's thread, again after each failure.
  Writer(const Options& options, OpenStore open, OnTraced on_traced, runtime::Logger& log, runtime::Metrics& metrics);
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  /// As close() and finish() without a time. What is left goes unsettled: leave the group before.
  ~Writer();

  /// After close() it takes nothing: it only holds it, so that the broker gives it to others when the group is left.
  void add(PendingRecord record);

  /// From any thread: what waits and was revoked need not be written.
  void drop_revoked();

  /// From any thread: takes nothing from now on, so nobody waits in add(); nothing lingers, and nothing is tried again
  /// beyond `deadline`.
  void close(Clock::time_point deadline);

  /// Writes what was taken and ends the thread, at the deadline of close() and what a call to the database takes that
  /// is under way then. Returns how many records that were added are not written.
  std::size_t finish();

  /// From any thread: when the oldest record was recorded that was added and is not settled; nothing if all are.
  [[nodiscard]] std::optional<common::TimePoint> oldest() const;

 private:
  void run();
  std::vector<PendingRecord> next_batch();
  void give_back_refused(std::vector<PendingRecord>& batch);
  bool write(std::vector<PendingRecord>& batch);
  runtime::Result<store::Appended> try_to_write(std::span<const store::ConversationRecord> records);
  void settle(std::span<const PendingRecord> batch, const store::Appended& appended);
  void leave_out(const PendingRecord& pending, const std::string& reason);
  bool pause(std::chrono::milliseconds back_off);
  [[nodiscard]] bool is_closed() const { return deadline_ != Clock::time_point::max(); }

  const Options options_;
  const OpenStore open_;
  const OnTraced on_traced_;
  runtime::Logger& log_;
  runtime::Counter stored_;
  runtime::Counter repeated_;
  runtime::Counter failures_;
  runtime::Counter refusals_;
  runtime::Gauge waiting_;
  common::CircuitBreaker breaker_;
  std::unique_ptr<store::MessageStore> store_;  // the thread's
  RefusedConversations refused_;                // the thread's

  mutable std::mutex mutex_;  // guards the six below
  std::condition_variable changed_;
  PendingRecords pending_;
  Clock::time_point deadline_ = Clock::time_point::max();  // another one: closed
  bool is_finishing_ = false;
  std::optional<common::TimePoint> writing_;  // the oldest of the batch that is being written
  std::vector<PendingRecord> left_;           // what was not taken or not written
  std::jthread thread_;                       // last, so that it is joined before the rest goes
};

}  // namespace fanfare::workers::persistence
