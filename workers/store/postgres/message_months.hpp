#pragma once
// The months whose messages have a partition of their own, and which of them a store knows to be there. MessageMonths
// belongs to one store; its thread. Promise: after have() the partitions of all those times were there once; whoever
// drops one makes append() call forget().

#include <optional>
#include <set>
#include <span>

#include "workers/common/time_point.hpp"
#include "workers/store/message_store.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {

/// In UTC.
struct Month {
  common::TimePoint first;
  common::TimePoint next;  ///< the first of the next one

  auto operator<=>(const Month&) const = default;
};

/// Nothing outside of the years 1970 to 9999.
[[nodiscard]] std::optional<Month> month_of(common::TimePoint time);

class MessageMonths {
 public:
  /// Makes what is missing, in a transaction of its own: others that want the same month wait for its end. Leaves out
  /// messages of no month. Returns how many were made.
  [[nodiscard]] runtime::Result<std::size_t> have(PostgresSession& session,
                                                  std::span<const ConversationRecord> records);
  [[nodiscard]] runtime::Result<std::size_t> have(PostgresSession& session, const std::set<Month>& months);
  void forget() { known_.clear(); }

 private:
  std::set<Month> known_;
};

}  // namespace fanfare::workers::store
