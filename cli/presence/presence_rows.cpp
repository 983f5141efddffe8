#include "cli/presence/presence_rows.hpp"

#include "cli/format/row.hpp"
#include "cli/format/text.hpp"
#include "protocol/topic.hpp"
#include "runtime/text/time_text.hpp"

namespace fanfare::cli {

std::vector<PresenceRow> read_presence(const std::vector<Headers>& rows, std::string_view pattern) {
  std::vector<PresenceRow> keys;
  for (Headers row : rows) {
    PresenceRow key;
    key.key = take(row, "key");
    if (!pattern.empty() && !protocol::matches(pattern, key.key)) continue;
    key.state = take(row, "state");
    key.holders = take_number(row, "holders");
    key.since = take_time(row, "since");
    key.more = std::move(row);
    keys.push_back(std::move(key));
  }
  return keys;
}

std::string describe(const std::vector<PresenceRow>& keys) {
  std::vector<std::vector<std::string>> rows = {{"KEY", "STATE", "HOLDERS", "SINCE"}};
  for (const PresenceRow& key : keys) {
    rows.push_back({cell(key.key), cell(key.state), cell(key.holders), cell(key.since)});
  }
  return table(rows);
}

Json to_json(const PresenceRow& key) {
  Json json = {{"key", text_or_base64(key.key)},
               {"state", text_or_base64(key.state)},
               {"holders", or_null(key.holders)},
               {"since", key.since ? Json(runtime::to_text(*key.since)) : Json()}};
  json.update(row_to_json(key.more, {}));
  return json;
}

Json to_json(const std::vector<PresenceRow>& keys) {
  Json json = Json::array();
  for (const PresenceRow& key : keys) json.push_back(to_json(key));
  return json;
}

}  // namespace fanfare::cli
