#pragma once
// User names: which are allowed, and when two mean or look the same (Unicode TS 39 with ICU, whose only home this is).
// Functions of values; any thread.

#include <string>
#include <string_view>
#include <variant>

namespace fanfare::workers::accounts {

struct Username {
  std::string typed;
  std::string key;       ///< NFKC and case folded: the same for every way to type it
  std::string skeleton;  ///< the same for all names that look like it
};

/// The name, or what is wrong with it after "user name …". `typed` is UTF-8 of 3 to 32 characters.
[[nodiscard]] std::variant<Username, std::string> read_username(std::string_view typed);

/// NFKC and case folded: what names are compared by. Empty if the text is not UTF-8.
[[nodiscard]] std::string folded(std::string_view text);

}  // namespace fanfare::workers::accounts
