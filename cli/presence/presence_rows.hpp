#pragma once
// The broker's rows about presence keys, as people and scripts read them. A broker may say less than is known here or
// more: what is missing is left out, what is more is shown as it is. Values and pure functions.

#include <fanfare/headers.hpp>
#include <fanfare/message.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/format/json.hpp"

namespace fanfare::cli {

struct PresenceRow {
  std::string key;
  std::string state;  ///< `online`, or `grace` when nobody holds it any more
  std::optional<std::uint64_t> holders;
  std::optional<Timestamp> since;  ///< when it came online
  Headers more;
};

/// Those that match the pattern; all, if it is empty.
std::vector<PresenceRow> read_presence(const std::vector<Headers>& rows, std::string_view pattern);

/// A table with a line per key.
std::string describe(const std::vector<PresenceRow>& keys);

/// {key, state, holders, since, …}; what is not known is null.
Json to_json(const PresenceRow& key);
Json to_json(const std::vector<PresenceRow>& keys);

}  // namespace fanfare::cli
