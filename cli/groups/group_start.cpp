#include "cli/groups/group_start.hpp"

#include <variant>

#include "runtime/config/value.hpp"

namespace fanfare::cli {

std::optional<From> parse_group_start(std::string_view text) {
  if (text == "beginning") return From::all();
  if (text == "new") return From::now();
  const auto sequence = runtime::parse_value({.kind = runtime::Kind::kInteger, .min = 1, .max = kMaxSequence}, text);
  if (!sequence) return std::nullopt;
  return From::at(std::get<std::uint64_t>(*sequence));
}

std::string describe_start(const From& from) {
  if (from.kind() == From::Kind::now) return "with the next message";
  if (from.kind() == From::Kind::at) return "with sequence " + std::to_string(from.position().sequence);
  return "with the oldest message";
}

}  // namespace fanfare::cli
