#include "cli/status/snapshot.hpp"

#include "cli/connection/ask.hpp"
#include "cli/connection/query.hpp"

namespace fanfare::cli {
namespace {

constexpr std::chrono::seconds kTimeout{2};

std::optional<std::vector<ProcessRow>> ask_for_processes(Client& client, Waiter& waiter) {
  try {
    return read_processes(ask(client, waiter, kSupervisorTopic, {}, kTimeout).payload);
  } catch (const Error& error) {
    if (error.code() == ErrorCode::no_service) return std::nullopt;
    throw;
  }
}

}  // namespace

Snapshot read_snapshot(Client& client, Waiter& waiter, const std::string& address) {
  Snapshot snapshot{.address = address};
  const auto broker = query(client, waiter, QueryKind::broker);
  if (!broker.empty()) snapshot.broker = broker.front();
  snapshot.streams = read_streams(query(client, waiter, QueryKind::streams));
  snapshot.groups = read_groups(query(client, waiter, QueryKind::groups));
  snapshot.sessions = query(client, waiter, QueryKind::sessions);
  snapshot.taken = std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now());
  snapshot.processes = ask_for_processes(client, waiter);
  return snapshot;
}

std::string not_ready_because(const Snapshot& snapshot) {
  const auto state = snapshot.broker.find("state");
  if (state == snapshot.broker.end()) return "broker: does not say its state";
  if (state->second != "ready") return "broker: " + state->second;
  if (!snapshot.processes) return {};
  for (const ProcessRow& process : *snapshot.processes) {
    if (process.state == "ready") continue;
    if (!process.last_end) return process.name + ": " + process.state;
    return process.name + ": " + process.state + " (ended last with " + *process.last_end + "; " +
           std::to_string(process.restarts) + " restarts)";
  }
  return {};
}

}  // namespace fanfare::cli
