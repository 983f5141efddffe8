#pragma once
// The broker's rows about groups and their members, as people and scripts read them. A broker may say less than is
// known here or more: what is missing is left out, what is more is shown as it is. Values and pure functions.

#include <fanfare/headers.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cli/format/json.hpp"

namespace fanfare::cli {

struct GroupRow {
  std::string name;
  std::string state;
  std::string stream;
  std::string pattern;  ///< empty: the group only elects
  std::string order;
  std::optional<std::uint64_t> floor;  ///< up to here it is finished
  std::optional<std::uint64_t> head;   ///< the stream's last one
  std::optional<std::uint64_t> lag;
  std::optional<std::uint64_t> pending;
  std::optional<std::uint64_t> in_flight;
  std::optional<std::uint64_t> delayed;
  std::optional<std::uint64_t> dead;
  std::optional<std::uint64_t> members;
  std::optional<std::uint64_t> holds_bytes;  ///< of its stream, if no group has finished less of it
  Headers more;
};

std::vector<GroupRow> read_groups(const std::vector<Headers>& rows);

/// A table with a line per group; one line of text when there is none.
std::string describe(const std::vector<GroupRow>& groups);

/// All about one, a line per fact, and a table of its members, which are the rows of `members` that name it.
std::string describe(const GroupRow& group, const std::vector<Headers>& members);

/// {group, state, stream, pattern, order, floor, head, lag, pending, in_flight, delayed, dead, members, holds_bytes,
/// …}; what is not known is null.
Json to_json(const GroupRow& group);
Json to_json(const std::vector<GroupRow>& groups);
/// The same and `sessions`: [{session, name, in_flight, max_in_flight, role, term, state}]
Json to_json(const GroupRow& group, const std::vector<Headers>& members);

/// Throws CommandFailure, which names those there are, if the broker has none of this name.
const GroupRow& group_named(const std::vector<GroupRow>& groups, std::string_view name);

}  // namespace fanfare::cli
