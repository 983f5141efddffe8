#pragma once
// Texts for Telegram: HTML with everything escaped that people wrote, and the same as plain text for where the HTML is
// not taken. Telegram counts UTF-16 units after it has read the entities; a text is cut by that count, with an
// ellipsis, never inside a surrogate pair, an escape or a tag, nor between a letter and its marks. Values; any thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fanfare::workers::telegram::bot {

inline constexpr std::size_t kMostTextUnits = 4096;

struct Text {
  std::string html;
  std::string plain;
};

/// UTF-16 units of UTF-8.
[[nodiscard]] std::size_t count_units(std::string_view text);

/// The text itself if it has at most `units`, else as much of it as fits before an ellipsis. Invalid UTF-8 becomes
/// U+FFFD.
[[nodiscard]] std::string cut_to_units(std::string_view text, std::size_t units);

/// `& < >` as HTML says them.
[[nodiscard]] std::string escape_html(std::string_view text);

/// Puts a text together; what is added may hold anything.
class TextBuilder {
 public:
  TextBuilder& plain(std::string_view text) { return add(Style::kPlain, text); }
  TextBuilder& bold(std::string_view text) { return add(Style::kBold, text); }
  TextBuilder& italic(std::string_view text) { return add(Style::kItalic, text); }
  TextBuilder& code(std::string_view text) { return add(Style::kCode, text); }

  /// All of it, cut to `units` UTF-16 units.
  [[nodiscard]] Text build(std::size_t units = kMostTextUnits) const;

 private:
  enum class Style : std::uint8_t { kPlain, kBold, kItalic, kCode };
  struct Part {
    Style style;
    std::string text;
  };

  TextBuilder& add(Style style, std::string_view text);

  std::vector<Part> parts_;
};

}  // namespace fanfare::workers::telegram::bot
