#pragma once
// Records that wait to be written, and when a batch of them is due: at the size of a batch, or when the first of them
// has waited for the linger. A value without clock, lock or thread; owned by the Writer.
// Promise: batches are in the order of add(), and bounded like the whole.

#include <fanfare/uuid.hpp>

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <vector>

#include "workers/common/delivery.hpp"
#include "workers/common/time_point.hpp"
#include "workers/store/message_store.hpp"

namespace fanfare::workers::persistence {

/// A record of the stream as the group has delivered it.
struct PendingRecord {
  store::ConversationRecord record;
  std::shared_ptr<common::Delivery> delivery;
  std::optional<Uuid> trace = {};      ///< whoever traces this message is told when it is stored
  common::TimePoint recorded_at = {};  ///< by the broker
};

class PendingRecords {
 public:
  using TimePoint = std::chrono::steady_clock::time_point;

  struct Bounds {
    std::size_t batch = 1;
    std::chrono::milliseconds linger{};
    std::size_t bytes = 16U << 20U;  ///< of texts; a single record may be beyond it
  };

  explicit PendingRecords(const Bounds& bounds) : bounds_(bounds) {}

  /// Two batches, or so many bytes: one is written while the next one gathers.
  [[nodiscard]] bool is_full() const;
  [[nodiscard]] bool is_empty() const { return records_.empty(); }
  [[nodiscard]] std::size_t size() const { return records_.size(); }

  void add(PendingRecord record, TimePoint now);

  /// When the oldest one was recorded; nothing if nothing waits.
  [[nodiscard]] std::optional<common::TimePoint> oldest() const;

  /// From when on there is a batch to take; nothing if nothing waits.
  [[nodiscard]] std::optional<TimePoint> due() const;

  /// The oldest ones, at most a batch.
  [[nodiscard]] std::vector<PendingRecord> take();

  /// All whose deliveries were revoked.
  [[nodiscard]] std::vector<PendingRecord> take_revoked();

 private:
  struct Entry {
    PendingRecord record;
    TimePoint since;
  };

  Bounds bounds_;
  std::deque<Entry> records_;
  std::size_t bytes_ = 0;
};

}  // namespace fanfare::workers::persistence
