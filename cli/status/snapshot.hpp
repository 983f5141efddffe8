#pragma once
// What `fanfare status` shows: the broker's own rows, and the processes if somebody tells about them.
// Values; read on the main thread.

#include <fanfare/client.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "cli/format/json.hpp"
#include "cli/groups/group_rows.hpp"
#include "cli/streams/stream_rows.hpp"
#include "cli/up/process_rows.hpp"
#include "cli/waiter.hpp"

namespace fanfare::cli {

struct Snapshot {
  std::string address;
  Headers broker;
  Timestamp taken;  ///< by this machine's clock, for ages
  std::vector<StreamRow> streams;
  std::vector<GroupRow> groups;
  std::vector<Headers> sessions;
  std::optional<std::vector<ProcessRow>> processes;  ///< none: nobody serves $sys.supervisor
};

/// Throws Error, or CommandFailure after a signal.
Snapshot read_snapshot(Client& client, Waiter& waiter, const std::string& address);

/// Why not everything is ready; empty if it is.
std::string not_ready_because(const Snapshot& snapshot);

/// Tables for people, at most 100 columns wide with names of usual length; what there is none of is left out.
std::string describe(const Snapshot& snapshot);

/// {broker: {address, …}, processes: [{name, component, replica, state, pid, restarts, since, uptime_seconds,
/// memory_bytes, lag, last_end}] or null, streams: […], groups: […], sessions: […]}
Json to_json(const Snapshot& snapshot);

}  // namespace fanfare::cli
