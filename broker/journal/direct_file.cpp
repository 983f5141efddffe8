#include "broker/journal/direct_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <new>
#include <string>
#include <utility>

namespace fanfare::broker::journal {
namespace {

constexpr std::size_t kBuffer = 1U << 20U;

/// Never written to, so that they take no memory.
alignas(kPage) std::array<char, kBuffer> zeros;

}  // namespace

DirectFile::DirectFile(int descriptor)
    : descriptor_(::open(("/proc/self/fd/" + std::to_string(descriptor)).c_str(), O_WRONLY | O_CLOEXEC | O_DIRECT)) {}

DirectFile::~DirectFile() {
  if (is_open()) ::close(descriptor_);
}

int DirectFile::write(std::uint64_t offset, std::string_view before, std::span<const std::string_view> parts) {
  if (buffer_ == nullptr) buffer_.reset(static_cast<char*>(std::aligned_alloc(kPage, kBuffer)));
  if (buffer_ == nullptr) throw std::bad_alloc();
  filled_ = before.copy(buffer_.get(), before.size());
  for (auto part : parts) {
    while (!part.empty()) {
      const auto some = part.copy(buffer_.get() + filled_, kBuffer - filled_);
      part.remove_prefix(some);
      filled_ += some;
      if (filled_ < kBuffer) continue;
      if (const auto number = write_buffer(offset); number != 0) return number;
    }
  }
  return write_buffer(offset);
}

int DirectFile::write_buffer(std::uint64_t& offset) {
  const auto size = std::exchange(filled_, 0);
  const auto at = std::exchange(offset, offset + size);
  return write_aligned(at, buffer_.get(), size);
}

int DirectFile::write_zeros(std::uint64_t offset, std::size_t size) {
  for (std::size_t done = 0; done < size; done += kBuffer) {
    if (const auto number = write_aligned(offset + done, zeros.data(), std::min(size - done, kBuffer)); number != 0) {
      return number;
    }
  }
  return 0;
}

int DirectFile::write_aligned(std::uint64_t offset, const char* from, std::size_t size) {
  while (size > 0) {
    const auto written = ::pwrite(descriptor_, from, size, static_cast<off_t>(offset));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return errno;
    if (written == 0) return EIO;  // nothing taken and no reason given
    offset += static_cast<std::uint64_t>(written);
    from += written;
    size -= static_cast<std::size_t>(written);
  }
  return 0;
}

}  // namespace fanfare::broker::journal
