#pragma once
// What the core is told at start: limits, times, streams. Plain data, already checked.

#include <chrono>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include <fanfare/uuid.hpp>

#include "broker/core/groups/group_state.hpp"
#include "protocol/limits.hpp"

namespace fanfare::broker::core {

struct StreamSettings {
  std::string name;
  std::vector<std::string> topics;  ///< patterns; those of two streams never overlap
};

/// A group that exists without anybody having joined it.
struct GroupConfiguration {
  std::string name;
  groups::GroupSettings settings;
  bool from_now = false;  ///< else from the beginning; counts when it is made
};

struct Settings {
  protocol::Limits limits;
  std::vector<StreamSettings> streams;
  std::vector<GroupConfiguration> group_list;
  std::uint32_t window = 1U << 20U;          ///< bytes of data commands a client may have unconfirmed
  std::uint64_t publish_pool = 512U << 20U;  ///< of these in all sessions together, and 16 KiB for each
  std::uint32_t outbox = 16U << 20U;  ///< bytes that may wait for one session; beyond it streams spill, the rest drops
  std::uint32_t sessions = 10'000;
  std::uint32_t open_requests = 65'536;  ///< per calling session
  std::uint16_t request_attempts = 5;    ///< of one that is safe to retry
  std::uint32_t open_fetches = 16;       ///< per session
  std::uint32_t page = 256U << 10U;      ///< bytes of records read at a time for one session
  std::uint32_t reads = 64;              ///< under way at a time, in the whole broker
  std::uint32_t replays = 8;             ///< that are begun at a time, per session; the others wait for their turn
  std::uint32_t groups = 10'000;
  std::uint32_t lookups = 64;                    ///< of ids, under way at a time
  std::size_t recent = 8U << 20U;                ///< bytes of committed records kept in memory, per stream
  std::size_t uncommitted = 64U << 20U;          ///< bytes that wait for the journal; beyond it nobody gets credit
  std::uint32_t presence_keys = 100'000;         ///< that a session holds
  std::uint32_t presence_patterns = 1'000;       ///< that a session watches
  std::size_t presence_holds = 2'000'000;        ///< keys that sessions hold or that are in their grace, in all
  std::size_t presence_unconfirmed = 1U << 20U;  ///< bytes; beyond it a watcher is not told each change
  std::chrono::milliseconds presence_grace{10'000};
  std::chrono::milliseconds lease{10'000};
  std::chrono::milliseconds heartbeat{3'000};
  std::chrono::milliseconds max_request_timeout{60'000};
  std::string version = "0.0.0";
};

/// Sixteen unpredictable bytes: the core's only source of ids and secrets.
using Random = std::function<Uuid()>;

}  // namespace fanfare::broker::core
