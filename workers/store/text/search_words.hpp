#pragma once
// The words of a text, as every adapter of MessageStore indexes and looks for them, so that all find the same: runs of
// letters, digits and marks, folded so that case, accents and width don't count. Chinese and Japanese are written
// without spaces: there each character is a word. Pure functions; any thread. Promise: a folded word is made of
// letters, digits and marks alone, so it may stand in any query language as it is.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace fanfare::workers::store {

struct SearchWord {
  std::string folded;     ///< at most 128 bytes; what is beyond is cut from long words
  std::size_t begin = 0;  ///< in the text, in bytes
  std::size_t end = 0;
};

/// In their order. What is no UTF-8 parts words.
[[nodiscard]] std::vector<SearchWord> search_words(std::string_view text);

/// The folded ones, with spaces between them.
[[nodiscard]] std::string joined_search_words(std::string_view text);

}  // namespace fanfare::workers::store
