// How a snapshot looks, to people and to scripts.

#include <charconv>

#include "cli/format/text.hpp"
#include "cli/status/snapshot.hpp"

namespace fanfare::cli {
namespace {

using Row = std::vector<std::string>;

std::string cell(const Headers& row, std::string_view key) {
  const auto found = row.find(key);
  return found == row.end() ? "-" : printable(found->second);
}

std::string age(const Headers& row, std::string_view key) {
  const std::string text = cell(row, key);
  std::int64_t seconds = 0;
  if (std::from_chars(text.data(), text.data() + text.size(), seconds).ec != std::errc()) return text;
  return rough_duration(std::chrono::seconds(seconds));
}

std::string describe_broker(const Snapshot& snapshot) {
  const Headers& row = snapshot.broker;
  return "broker " + snapshot.address + ": " + cell(row, "state") + ", version " + cell(row, "version") + ", up " +
         age(row, "uptime_seconds") + "\n" + cell(row, "messages_published") + " messages published, " +
         cell(row, "messages_delivered") + " delivered, " + cell(row, "requests") + " requests; " +
         cell(row, "sessions") + " sessions, " + cell(row, "patterns") + " patterns, " + cell(row, "topics") +
         " topics\n";
}

std::string describe_processes(const Snapshot& snapshot) {
  if (!snapshot.processes) return "Processes: not known, nobody runs them with `fanfare up`.\n";
  std::vector<Row> rows = {{"PROCESS", "STATE", "PID", "RESTARTS", "SINCE"}};
  for (const ProcessRow& process : *snapshot.processes) {
    rows.push_back({printable(process.name), printable(process.state),
                    process.pid == 0 ? "-" : std::to_string(process.pid), std::to_string(process.restarts),
                    printable(process.since)});
  }
  return table(rows);
}

std::string describe_sessions(const std::vector<Headers>& sessions) {
  std::vector<Row> rows = {
      {"SESSION", "SOFTWARE", "AGE", "SUBSCRIPTIONS", "SERVICES", "PUBLISHED", "WAITING", "DROPPED"}};
  for (const Headers& row : sessions) {
    rows.push_back({cell(row, "name"), cell(row, "software"), age(row, "age_seconds"), cell(row, "subscriptions"),
                    cell(row, "services"), cell(row, "published"), cell(row, "waiting_bytes"), cell(row, "dropped")});
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
    json.push_back(
        {{"name", row.name}, {"state", row.state}, {"pid", row.pid}, {"restarts", row.restarts}, {"since", row.since}});
  }
  return json;
}

}  // namespace

std::string describe(const Snapshot& snapshot) {
  return describe_broker(snapshot) + "\n" + describe_processes(snapshot) + "\n" + describe(snapshot.streams) + "\n" +
         describe_sessions(snapshot.sessions);
}

Json to_json(const Snapshot& snapshot) {
  Json broker = {{"address", snapshot.address}};
  broker.update(row_to_json(snapshot.broker, {"version", "run", "state"}));
  return {{"broker", broker},
          {"processes", processes_to_json(snapshot)},
          {"streams", to_json(snapshot.streams)},
          {"sessions", rows_to_json(snapshot.sessions, {"session", "name", "software", "publisher"})}};
}

}  // namespace fanfare::cli
