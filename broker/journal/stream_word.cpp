#include "broker/journal/stream_word.hpp"

#include <cerrno>
#include <charconv>

namespace fanfare::broker::journal {
namespace {

constexpr std::string_view kFile = "state";
constexpr std::string_view kOpen = "open ";
constexpr std::string_view kClosed = "closed ";

/// The number that `text` begins with, which is cut off.
std::optional<std::uint64_t> take_number(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc()) return std::nullopt;
  text.remove_prefix(static_cast<std::size_t>(end - text.data()));
  return number;
}

}  // namespace

IoResult<std::optional<StreamWord>> read_word(const StreamFiles& files) {
  const auto read = files.read_all(kFile);
  if (!read) return read.error();
  if (!*read || !(**read).ends_with('\n')) return std::optional<StreamWord>();
  auto line = std::string_view(**read);
  line.remove_suffix(1);
  if (line.starts_with(kOpen)) return std::optional(StreamWord{.boot_id = std::string(line.substr(kOpen.size()))});
  if (!line.starts_with(kClosed)) return std::optional<StreamWord>();
  line.remove_prefix(kClosed.size());
  const auto segment = take_number(line);
  if (!segment || !line.starts_with(' ')) return std::optional<StreamWord>();
  line.remove_prefix(1);
  const auto data_end = take_number(line);
  if (!data_end || !line.empty()) return std::optional<StreamWord>();
  return std::optional(StreamWord{.is_closed = true, .segment = *segment, .data_end = *data_end});
}

IoResult<void> write_open(const StreamFiles& files, const std::string& boot_id) {
  const auto written = files.replace(kFile, std::string(kOpen) + boot_id + "\n");
  if (written || written.error().number != ENOSPC) return written;
  if (const auto gone = files.files().remove(files.path(kFile)); !gone && gone.error().number != ENOENT) {
    return gone.error();
  }
  return files.sync();
}

IoResult<void> write_closed(const StreamFiles& files, std::uint64_t segment, std::uint64_t data_end) {
  return files.replace(kFile, std::string(kClosed) + std::to_string(segment) + " " + std::to_string(data_end) + "\n");
}

}  // namespace fanfare::broker::journal
