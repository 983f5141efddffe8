#pragma once
// Where a group begins, as people write and read it. Pure functions.

#include <fanfare/options.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace fanfare::cli {

/// `beginning`, `new`, or the sequence of the first message it is to get. Nothing if it is none of these.
std::optional<From> parse_group_start(std::string_view text);

/// Completes the sentence "it begins …".
std::string describe_start(const From& from);

}  // namespace fanfare::cli
