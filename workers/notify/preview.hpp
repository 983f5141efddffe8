#pragma once
// The beginning of a message, as a notification shows it. A pure function; any thread.

#include <cstddef>
#include <string>
#include <string_view>

namespace fanfare::workers::notify {

/// The first `characters` of a UTF-8 text, in one line, and an ellipsis if there are more; 0: nothing of it. Never a
/// part of a character.
[[nodiscard]] std::string preview_of(std::string_view text, std::size_t characters);

}  // namespace fanfare::workers::notify
