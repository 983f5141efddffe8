#pragma once
// What the broker shows of itself at one moment, for the metrics. Values; any thread.

#include <fanfare/uuid.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "broker/core/counters.hpp"
#include "broker/core/drop_counts.hpp"
#include "broker/core/streams.hpp"

namespace fanfare::broker::core {

struct StreamShown {
  std::string name;
  std::uint64_t head = 0;
  std::uint64_t first = 0;
  std::uint64_t bytes = 0;
  std::uint64_t segments = 0;
  std::size_t uncommitted = 0;  ///< bytes
  StreamCounters counters;
  bool failed = false;
};

struct SessionShown {
  std::string id;
  std::string name;
  std::size_t waiting_bytes = 0;
  std::uint64_t published = 0;
  std::uint64_t delivered = 0;
  DropCounts::Counts dropped;
};

struct GroupShown {
  std::string name;
  std::string stream;
  std::uint64_t lag = 0;  ///< records of the stream from the floor to the head
  std::uint64_t pending = 0;
  std::uint64_t in_flight = 0;
  std::uint64_t delayed = 0;
  std::uint64_t dead = 0;        ///< dead letters that are open
  std::uint64_t held_bytes = 0;  ///< that retention may not remove because of it
  std::uint64_t members = 0;
  std::uint64_t acknowledged = 0;
  std::uint64_t failures = 0;
  std::uint64_t redelivered = 0;
  std::uint64_t dead_lettered = 0;
};

struct Figures {
  /// Sessions that are shown one by one, the oldest; the others stand together in `other_sessions`.
  static constexpr std::size_t kListedSessions = 1'000;

  Counters counters;
  std::size_t sessions = 0;
  std::size_t patterns = 0;
  std::size_t topics = 0;
  std::size_t open_requests = 0;
  std::size_t readers = 0;
  std::size_t replays = 0;
  std::size_t presence_keys = 0;      ///< online, those in their grace included
  std::size_t presence_in_grace = 0;  ///< of these
  std::size_t presence_holds = 0;     ///< a key with three holders counts three
  std::size_t presence_watchers = 0;  ///< sessions
  std::uint64_t presence_resets = 0;
  std::size_t slowed_sessions = 0;  ///< wait for credit until the journal has caught up
  std::size_t uncommitted = 0;      ///< bytes
  std::uint64_t lent = 0;           ///< bytes that clients may still send
  bool draining = false;
  std::vector<StreamShown> streams;
  std::vector<SessionShown> listed;
  SessionShown other_sessions;
  std::vector<GroupShown> groups;
};

}  // namespace fanfare::broker::core
