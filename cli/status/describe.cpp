// How a snapshot looks, to people and to scripts.

#include <algorithm>
#include <optional>

#include "cli/format/row.hpp"
#include "cli/format/text.hpp"
#include "cli/status/snapshot.hpp"

namespace fanfare::cli {
namespace {

using Row = std::vector<std::string>;

/// What `fanfare up` calls the state.
constexpr std::string_view kCrashLoop = "crash_loop";

std::string value(const Headers& row, std::string_view key) {
  const auto found = row.find(key);
  return cell(found == row.end() ? std::string() : found->second);
}

std::optional<std::uint64_t> number(Headers row, const std::string& key) { return take_number(row, key); }

std::string age(const Headers& row, const std::string& key) {
  const auto seconds = number(row, key);
  return seconds ? rough_duration(std::chrono::seconds(*seconds)) : value(row, key);
}

/// "1 session", "2 sessions"; empty for none.
std::string amount_of(const Headers& row, const std::string& key, const std::string& one, const std::string& several) {
  const auto count = number(row, key).value_or(0);
  return count == 0 ? "" : std::to_string(count) + " " + (count == 1 ? one : several);
}

std::string joined(const std::vector<std::string>& texts) {
  std::string line;
  for (const std::string& text : texts) {
    if (!text.empty()) line.append(line.empty() ? "" : ", ").append(text);
  }
  return line;
}

std::string describe_broker(const Snapshot& snapshot) {
  const Headers& row = snapshot.broker;
  const std::string traffic = joined({amount_of(row, "messages_published", "message published", "messages published"),
                                      amount_of(row, "messages_repeated", "repeated", "repeated"),
                                      amount_of(row, "messages_delivered", "delivered", "delivered"),
                                      amount_of(row, "requests", "request", "requests")});
  const std::string has =
      joined({amount_of(row, "sessions", "session", "sessions"), amount_of(row, "patterns", "pattern", "patterns"),
              amount_of(row, "topics", "topic", "topics"),
              amount_of(row, "presence_keys", "presence key", "presence keys"), amount_of(row, "gaps", "gap", "gaps"),
              amount_of(row, "malformed_frames", "malformed frame", "malformed frames")});
  return "broker " + snapshot.address + ": " + value(row, "state") + ", version " + value(row, "version") + ", up " +
         age(row, "uptime_seconds") + "\n" + (traffic.empty() ? "no messages yet" : traffic) +
         (has.empty() ? "" : "; " + has) + "\n";
}

/// The group that has finished least of the stream, and how much retention has to leave for it.
std::string holder(const Snapshot& snapshot, const StreamRow& stream) {
  for (const GroupRow& group : snapshot.groups) {
    if (group.stream != stream.name || group.holds_bytes.value_or(0) == 0) continue;
    return cell(group.name) + " (" + rough_size(*group.holds_bytes) + ")";
  }
  return "-";
}

/// The columns of `fanfare stream ls` that change, and who holds back what.
std::string describe_streams(const Snapshot& snapshot) {
  std::vector<Row> rows = {{"STREAM", "STATE", "MESSAGES", "SIZE", "HEAD", "OLDEST", "UNCOMMITTED", "HELD BY"}};
  for (const StreamRow& stream : snapshot.streams) {
    const auto oldest = stream.oldest ? std::chrono::floor<std::chrono::seconds>(snapshot.taken - *stream.oldest)
                                      : std::chrono::seconds(0);
    rows.push_back({cell(stream.name), cell(stream.state), cell(stream.messages()), size_cell(stream.bytes),
                    cell(stream.head),
                    stream.oldest ? rough_duration(std::max(oldest, std::chrono::seconds(0))) + " ago" : "-",
                    size_cell(number(stream.more, "uncommitted_bytes")), holder(snapshot, stream)});
  }
  return table(rows);
}

/// The columns of `fanfare group ls` that change, but for what is held, which stands with the streams.
std::string describe_groups(const std::vector<GroupRow>& groups) {
  std::vector<Row> rows = {{"GROUP", "STATE", "LAG", "PENDING", "IN FLIGHT", "DELAYED", "DEAD", "MEMBERS"}};
  for (const GroupRow& group : groups) {
    rows.push_back({cell(group.name), cell(group.state), cell(group.lag), cell(group.pending), cell(group.in_flight),
                    cell(group.delayed), cell(group.dead), cell(group.members)});
  }
  return table(rows);
}

/// Of the group that has the component's name; none if there is no such group.
std::optional<std::uint64_t> lag_of(const Snapshot& snapshot, const ProcessRow& process) {
  const auto found = std::ranges::find(snapshot.groups, process.component, &GroupRow::name);
  if (found == snapshot.groups.end()) return std::nullopt;
  return found->lag;
}

std::string describe_processes(const Snapshot& snapshot) {
  if (!snapshot.processes) return "Processes: not known, nobody runs them with `fanfare up`.\n";
  std::vector<Row> rows = {{"PROCESS", "REPLICA", "STATE", "PID", "RESTARTS", "UPTIME", "MEMORY", "LAG"}};
  std::string loops;
  for (const ProcessRow& process : *snapshot.processes) {
    rows.push_back({printable(process.name), std::to_string(process.replica), printable(process.state),
                    process.pid == 0 ? "-" : std::to_string(process.pid), std::to_string(process.restarts),
                    process.uptime ? rough_duration(std::chrono::seconds(*process.uptime)) : "-",
                    size_cell(process.memory), cell(lag_of(snapshot, process))});
    if (process.state != kCrashLoop) continue;
    loops += printable(process.name) + " keeps ending: " + printable(process.last_end.value_or("")) + "\n";
  }
  return table(rows) + loops;
}

std::string describe_sessions(const std::vector<Headers>& sessions) {
  std::vector<Row> rows = {
      {"SESSION", "SOFTWARE", "AGE", "SUBSCRIPTIONS", "SERVICES", "PUBLISHED", "WAITING", "DROPPED"}};
  for (const Headers& row : sessions) {
    rows.push_back({value(row, "name"), value(row, "software"), age(row, "age_seconds"), value(row, "subscriptions"),
                    value(row, "services"), value(row, "published"), size_cell(number(row, "waiting_bytes")),
                    value(row, "dropped")});
  }
  return table(rows);
}

Json rows_to_json(const std::vector<Headers>& rows, const std::set<std::string_view>& texts) {
  Json json = Json::array();
  for (const Headers& row : rows) json.push_back(row_to_json(row, texts));
  return json;
}

Json processes_to_json(const Snapshot& snapshot) {
  if (!snapshot.processes) return nullptr;
  Json json = Json::array();
  for (const ProcessRow& row : *snapshot.processes) {
    json.push_back({{"name", row.name},
                    {"component", row.component},
                    {"replica", row.replica},
                    {"state", row.state},
                    {"pid", row.pid},
                    {"restarts", row.restarts},
                    {"since", row.since},
                    {"uptime_seconds", or_null(row.uptime)},
                    {"memory_bytes", or_null(row.memory)},
                    {"lag", or_null(lag_of(snapshot, row))},
                    {"last_end", or_null(row.last_end)}});
  }
  return json;
}

}  // namespace

std::string describe(const Snapshot& snapshot) {
  std::string text = describe_broker(snapshot);
  const auto add = [&text](bool is_any, const std::string& section) { text += is_any ? "\n" + section : ""; };
  add(!snapshot.processes || !snapshot.processes->empty(), describe_processes(snapshot));
  add(!snapshot.streams.empty(), describe_streams(snapshot));
  add(!snapshot.groups.empty(), describe_groups(snapshot.groups));
  add(!snapshot.sessions.empty(), describe_sessions(snapshot.sessions));
  return text;
}

Json to_json(const Snapshot& snapshot) {
  Json broker = {{"address", snapshot.address}};
  broker.update(row_to_json(snapshot.broker, {"version", "run", "state"}));
  return {{"broker", broker},
          {"processes", processes_to_json(snapshot)},
          {"streams", to_json(snapshot.streams)},
          {"groups", to_json(snapshot.groups)},
          {"sessions", rows_to_json(snapshot.sessions, {"session", "name", "software", "publisher"})}};
}

}  // namespace fanfare::cli
