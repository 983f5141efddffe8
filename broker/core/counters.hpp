#pragma once
// What the core counts, from its start on. Plain numbers, read by QUERY and the metrics; the core's thread only.

#include <array>
#include <cstdint>

namespace fanfare::broker::core {

struct Counters {
  std::uint64_t frames_received = 0;
  std::uint64_t malformed_frames = 0;
  std::uint64_t messages_published = 0;
  std::uint64_t messages_repeated = 0;  ///< publishes of an id that was known
  std::uint64_t messages_delivered = 0;
  std::uint64_t messages_dropped = 0;  ///< from outboxes of ended sessions; those of living ones count their own
  std::uint64_t gaps = 0;              ///< told to sessions that catch up or spill
  std::array<std::uint64_t, 5> gaps_by_reason{};    ///< all GAPs, by protocol::GapReason
  std::array<std::uint64_t, 2> dropped_of_ended{};  ///< messages that ended sessions had missed, by DropPolicy
  std::uint64_t records_replayed = 0;               ///< read back for sessions that catch up or spill
  std::uint64_t spills = 0;                         ///< times a session fell behind and was fed from the journal
  std::uint64_t group_gaps = 0;                     ///< times the journal did not hold what a group had not finished
  std::uint64_t dead_letters = 0;
  std::uint64_t requests = 0;
  std::uint64_t replies_late = 0;      ///< nobody waited for them any more
  std::uint64_t presence_online = 0;   ///< times a key came online
  std::uint64_t presence_offline = 0;  ///< times one went offline
  std::uint64_t sessions_opened = 0;
  std::uint64_t sessions_refused = 0;
  std::uint64_t sessions_detached = 0;  ///< times one lost its connection
  std::uint64_t sessions_resumed = 0;   ///< times one went on over another
};

/// Of one stream.
struct StreamCounters {
  std::uint64_t messages = 0;  ///< committed
  std::uint64_t repeated = 0;  ///< publishes of an id that was known
  std::uint64_t commits = 0;
  std::uint64_t bytes = 0;    ///< of committed records
  std::uint64_t refused = 0;  ///< publishes that the journal had no room for, or failed
};

}  // namespace fanfare::broker::core
