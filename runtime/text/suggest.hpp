#pragma once
// Finds the word somebody probably meant when the one they wrote isn't known.
// A pure function.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace fanfare::runtime {

/// The known word with the fewest edits, if those are at most about a third of its length.
std::optional<std::string> closest(std::string_view word, const std::vector<std::string>& known);

}  // namespace fanfare::runtime
