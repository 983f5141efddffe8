#pragma once
// Texts for people: payloads made safe for a terminal, and tables.
// Pure functions.

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fanfare::cli {

/// The text with everything that could move a terminal's cursor or change its state written out: control characters
/// and bytes that are no UTF-8 as \n, \r or \xNN. Tabs stay.
std::string printable(std::string_view text);

/// Columns padded to their widest cell, two spaces between them, a line per row; a last column is not padded.
std::string table(const std::vector<std::vector<std::string>>& rows);

/// "3s", "5m 10s", "2h 5m", "3d 4h": the two greatest units.
std::string rough_duration(std::chrono::seconds duration);

/// "512 B", "1.5 KiB", "64 MiB", "10 GiB": one digit after the point, if it is not 0.
std::string rough_size(std::uint64_t bytes);

}  // namespace fanfare::cli
