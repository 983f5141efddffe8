#pragma once
// Makes text from outside safe to print: no byte of it can end a line, move the cursor or pretend to be another field.
// Pure functions; log lines and configuration errors use them for whatever they quote.

#include <string>
#include <string_view>

namespace fanfare::runtime {

/// In double quotes, with quotes, backslashes, control characters, line separators and invalid UTF-8 escaped.
std::string quote(std::string_view text);

/// The text itself if it is one plain word, else quote().
std::string word_or_quote(std::string_view text);

/// The text with every byte that isn't part of valid UTF-8 replaced by U+FFFD.
std::string valid_utf8(std::string_view text);

}  // namespace fanfare::runtime
