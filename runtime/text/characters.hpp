#pragma once
// What texts of people are measured by. The texts are UTF-8 (protocol/utf8.hpp checks that). Pure functions; any
// thread.

#include <cstddef>
#include <string_view>

namespace fanfare::runtime {

/// Unicode code points.
[[nodiscard]] std::size_t count_characters(std::string_view text);

/// U+0000 to U+001F and U+007F to U+009F, but for those in `allowed`.
[[nodiscard]] bool has_control_character(std::string_view text, std::string_view allowed = "");

}  // namespace fanfare::runtime
