#include "cli/input/line_reader.hpp"

#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "cli/exit_code.hpp"

namespace fanfare::cli {
namespace {

constexpr std::size_t kLongestLine = 256U << 20U;  // the greatest limits.message

}  // namespace

std::optional<std::string> LineReader::next() {
  while (true) {
    const std::size_t end = buffer_.find('\n', scanned_);
    if (end != std::string::npos) {
      std::string line = buffer_.substr(at_, end - at_);
      at_ = scanned_ = end + 1;
      return line;
    }
    scanned_ = buffer_.size();
    if (read_more()) continue;
    if (waiter_.interrupted() || at_ == buffer_.size()) return std::nullopt;
    std::string line = buffer_.substr(at_);
    at_ = scanned_ = buffer_.size();
    return line;
  }
}

std::string LineReader::rest() {
  while (read_more()) {
  }
  if (waiter_.interrupted()) throw CommandFailure("", kInterrupted);
  return buffer_.substr(at_);
}

/// Waits for more and takes it; false at the end and after a signal.
bool LineReader::read_more() {
  if (at_end_ || waiter_.interrupted() || waiter_.wait_readable(fd_) == WaitEnd::kSignaled) return false;
  buffer_.erase(0, at_);
  scanned_ -= std::min(scanned_, at_);
  at_ = 0;
  std::array<char, 65536> bytes{};
  const ssize_t size = ::read(fd_, bytes.data(), bytes.size());
  if (size < 0 && (errno == EINTR || errno == EAGAIN)) return true;
  if (size < 0) throw CommandFailure(std::string("standard input: ") + std::strerror(errno));
  at_end_ = size == 0;
  if (buffer_.size() + static_cast<std::size_t>(size) > kLongestLine) {
    throw CommandFailure("standard input: longer than any message can be (256 MiB)");
  }
  buffer_.append(bytes.data(), static_cast<std::size_t>(size));
  return !at_end_;
}

}  // namespace fanfare::cli
