#pragma once
// What the disk alone can do, to measure beside: writes and syncs in a file whose blocks have all been written before,
// from its beginning to its end and again, as a recycled segment is. One thread.

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <stdexcept>
#include <string>

namespace fanfare::bench {

class BareDisk {
 public:
  static constexpr std::size_t kSize = 64U << 20U;

  explicit BareDisk(const std::filesystem::path& file)
      : descriptor_(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    const std::string zeros(1U << 20U, '\0');
    for (std::size_t at = 0; at < kSize; at += zeros.size()) write_at(at, zeros);
    sync();
  }
  ~BareDisk() { ::close(descriptor_); }
  BareDisk(const BareDisk&) = delete;
  BareDisk& operator=(const BareDisk&) = delete;

  /// Writes `bytes` behind what was written last, and waits until they are on the disk.
  void commit(const std::string& bytes) {
    if (at_ + bytes.size() > kSize) at_ = 0;
    write_at(at_, bytes);
    at_ += bytes.size();
    sync();
  }

 private:
  void write_at(std::size_t at, const std::string& bytes) const {
    if (::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(at)) !=
        static_cast<ssize_t>(bytes.size())) {
      throw std::runtime_error("the disk takes no more");
    }
  }
  void sync() const {
    if (::fdatasync(descriptor_) != 0) throw std::runtime_error("the disk does not sync");
  }

  int descriptor_;
  std::size_t at_ = 0;
};

}  // namespace fanfare::bench
