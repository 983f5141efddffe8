#pragma once
// The table behind texts.hpp, for it and its tests: each text in each language, with {placeholders}. Constants.

#include <array>
#include <cstddef>
#include <string_view>

#include "workers/telegram/texts.hpp"

namespace fanfare::workers::telegram {

struct TextRow {
  Text text;
  std::array<std::string_view, kLanguages.size()> in;  ///< in the order of Language
};

/// English has two forms: of one, of others. Russian has three: of 1, 21, …; of 2 to 4, 22 to 24, …; of the others.
struct CountedRow {
  Counted counted;
  std::array<std::string_view, 2> english;
  std::array<std::string_view, 3> russian;
};

[[nodiscard]] const std::array<TextRow, static_cast<std::size_t>(Text::kCount_)>& text_table();
[[nodiscard]] const std::array<CountedRow, static_cast<std::size_t>(Counted::kCount_)>& counted_table();

}  // namespace fanfare::workers::telegram
