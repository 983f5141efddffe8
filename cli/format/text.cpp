#include "cli/format/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "protocol/utf8.hpp"

namespace fanfare::cli {
namespace {

void append_escaped(std::string& out, unsigned char byte) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (byte == '\n') {
    out += "\\n";
  } else if (byte == '\r') {
    out += "\\r";
  } else {
    out.append("\\x").append(1, kDigits[byte >> 4U]).append(1, kDigits[byte & 0xFU]);
  }
}

/// The length of the UTF-8 sequence that `text` begins with; 0 if it begins with none.
std::size_t sequence_length(std::string_view text) {
  for (std::size_t length = 1; length <= std::min<std::size_t>(4, text.size()); ++length) {
    if (protocol::is_utf8(text.substr(0, length))) return length;
  }
  return 0;
}

/// C0 without tab, DEL, and C1, which some terminals take as escape sequences too.
bool is_control(std::string_view sequence) {
  const auto first = static_cast<unsigned char>(sequence.front());
  if (sequence.size() == 1) return (first < 0x20 && first != '\t') || first == 0x7f;
  return first == 0xc2 && static_cast<unsigned char>(sequence[1]) < 0xa0;
}

}  // namespace

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(1, sequence_length(text));
    const std::string_view sequence = text.substr(0, length);
    if (sequence_length(text) == 0 || is_control(sequence)) {
      for (const char c : sequence) append_escaped(out, static_cast<unsigned char>(c));
    } else {
      out += sequence;
    }
    text.remove_prefix(length);
  }
  return out;
}

std::string table(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  for (const auto& row : rows) {
    widths.resize(std::max(widths.size(), row.size()));
    for (std::size_t column = 0; column < row.size(); ++column) {
      widths[column] = std::max(widths[column], row[column].size());
    }
  }
  std::string out;
  for (const auto& row : rows) {
    for (std::size_t column = 0; column < row.size(); ++column) {
      out += row[column];
      if (column + 1 < row.size()) out.append(widths[column] - row[column].size() + 2, ' ');
    }
    out += "\n";
  }
  return out;
}

std::string rough_duration(std::chrono::seconds duration) {
  constexpr std::array<std::pair<std::int64_t, char>, 4> kUnits = {{{86'400, 'd'}, {3'600, 'h'}, {60, 'm'}, {1, 's'}}};
  std::int64_t rest = duration.count();
  std::string out;
  int parts = 0;
  for (const auto& [size, unit] : kUnits) {
    const std::int64_t count = rest / size;
    rest %= size;
    if (count == 0 && parts == 0) continue;
    if (count > 0) out += (parts > 0 ? " " : "") + std::to_string(count) + unit;
    if (++parts == 2) break;
  }
  return out.empty() ? "0s" : out;
}

std::string rough_size(std::uint64_t bytes) {
  constexpr std::array<const char*, 7> kUnits = {" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"};
  std::size_t unit = 0;
  std::uint64_t rest = 0;
  for (; bytes >= 1024; ++unit) {
    rest = bytes % 1024;
    bytes /= 1024;
  }
  const std::uint64_t tenths = rest * 10 / 1024;  // never more than there is
  return std::to_string(bytes) + (tenths == 0 ? "" : "." + std::to_string(tenths)) + kUnits[unit];
}

}  // namespace fanfare::cli
