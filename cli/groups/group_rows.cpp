#include "cli/groups/group_rows.hpp"

#include <algorithm>

#include "cli/exit_code.hpp"
#include "cli/format/row.hpp"
#include "cli/format/text.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::cli {
namespace {

GroupRow read_group(Headers row) {
  GroupRow group;
  group.name = take(row, "group");
  group.state = take(row, "state");
  group.stream = take(row, "stream");
  group.pattern = take(row, "pattern");
  group.order = take(row, "order");
  group.floor = take_number(row, "floor");
  group.head = take_number(row, "head");
  group.lag = take_number(row, "lag");
  group.pending = take_number(row, "pending");
  group.in_flight = take_number(row, "in_flight");
  group.delayed = take_number(row, "delayed");
  group.dead = take_number(row, "dead");
  group.members = take_number(row, "members");
  group.holds_bytes = take_number(row, "holds_bytes");
  group.more = std::move(row);
  return group;
}

std::string text_of(const Headers& row, std::string_view key) {
  const auto found = row.find(key);
  return cell(found == row.end() ? std::string() : found->second);
}

std::vector<Headers> members_of(const GroupRow& group, const std::vector<Headers>& members) {
  std::vector<Headers> found;
  for (Headers row : members) {
    if (take(row, "group") == group.name) found.push_back(std::move(row));
  }
  return found;
}

/// Roles and terms are for groups that have them.
std::string describe_members(const GroupRow& group, const std::vector<Headers>& members) {
  const bool has_roles = group.order == "exclusive";
  std::vector<std::vector<std::string>> rows = {{"MEMBER", "SESSION", "IN FLIGHT", "AT MOST", "STATE"}};
  if (has_roles) rows.front().insert(rows.front().end(), {"ROLE", "TERM"});
  for (const Headers& row : members) {
    rows.push_back({text_of(row, "name"), text_of(row, "session"), text_of(row, "in_flight"),
                    text_of(row, "max_in_flight"), text_of(row, "state")});
    if (has_roles) rows.back().insert(rows.back().end(), {text_of(row, "role"), text_of(row, "term")});
  }
  return table(rows);
}

}  // namespace

std::vector<GroupRow> read_groups(const std::vector<Headers>& rows) {
  std::vector<GroupRow> groups;
  groups.reserve(rows.size());
  for (const Headers& row : rows) groups.push_back(read_group(row));
  return groups;
}

std::string describe(const std::vector<GroupRow>& groups) {
  if (groups.empty()) return "no groups; the first `fanfare join GROUP PATTERN` makes one\n";
  std::vector<std::vector<std::string>> rows = {
      {"GROUP", "STATE", "STREAM", "ORDER", "LAG", "PENDING", "IN FLIGHT", "DELAYED", "DEAD", "MEMBERS", "HOLDS"}};
  for (const GroupRow& group : groups) {
    rows.push_back({cell(group.name), cell(group.state), cell(group.stream), cell(group.order), cell(group.lag),
                    cell(group.pending), cell(group.in_flight), cell(group.delayed), cell(group.dead),
                    cell(group.members), size_cell(group.holds_bytes)});
  }
  return table(rows);
}

std::string describe(const GroupRow& group, const std::vector<Headers>& members) {
  std::vector<std::vector<std::string>> rows = {{"group", cell(group.name)},
                                                {"state", cell(group.state)},
                                                {"stream", cell(group.stream)},
                                                {"pattern", cell(group.pattern)},
                                                {"order", cell(group.order)},
                                                {"finished up to", cell(group.floor)},
                                                {"head", cell(group.head)},
                                                {"lag", cell(group.lag)},
                                                {"pending", cell(group.pending)},
                                                {"in flight", cell(group.in_flight)},
                                                {"delayed", cell(group.delayed)},
                                                {"dead", cell(group.dead)},
                                                {"holds back", size_cell(group.holds_bytes)},
                                                {"members", cell(group.members)}};
  for (const auto& [key, value] : group.more) rows.push_back({printable(key), cell(value)});
  const auto own = members_of(group, members);
  return table(rows) + (own.empty() ? "" : "\n" + describe_members(group, own));
}

Json to_json(const GroupRow& group) {
  Json json = {{"group", text_or_base64(group.name)},
               {"state", text_or_base64(group.state)},
               {"stream", text_or_base64(group.stream)},
               {"pattern", text_or_base64(group.pattern)},
               {"order", text_or_base64(group.order)},
               {"floor", or_null(group.floor)},
               {"head", or_null(group.head)},
               {"lag", or_null(group.lag)},
               {"pending", or_null(group.pending)},
               {"in_flight", or_null(group.in_flight)},
               {"delayed", or_null(group.delayed)},
               {"dead", or_null(group.dead)},
               {"members", or_null(group.members)},
               {"holds_bytes", or_null(group.holds_bytes)}};
  json.update(row_to_json(group.more, {"back_off_ms"}));
  return json;
}

Json to_json(const std::vector<GroupRow>& groups) {
  Json json = Json::array();
  for (const GroupRow& group : groups) json.push_back(to_json(group));
  return json;
}

Json to_json(const GroupRow& group, const std::vector<Headers>& members) {
  Json json = to_json(group);
  json["sessions"] = Json::array();
  for (const Headers& row : members_of(group, members)) {
    json["sessions"].push_back(row_to_json(row, {"session", "name", "role", "state"}));
  }
  return json;
}

const GroupRow& group_named(const std::vector<GroupRow>& groups, std::string_view name) {
  const auto found = std::ranges::find(groups, name, &GroupRow::name);
  if (found != groups.end()) return *found;
  std::string known;
  for (const GroupRow& group : groups) known.append(known.empty() ? "" : ", ").append(printable(group.name));
  throw CommandFailure("no group " + runtime::word_or_quote(name) + "; the broker has " +
                       (known.empty() ? "none" : known));
}

}  // namespace fanfare::cli
