#include "broker/journal/posix_file_system.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

#include "broker/journal/direct_file.hpp"
#include "broker/journal/last_page.hpp"

namespace fanfare::broker::journal {
namespace {

constexpr mode_t kFileMode = 0600;
constexpr mode_t kFolderMode = 0700;

IoError failure(int number, const std::string& path) {
  return {.number = number, .message = path + ": " + std::strerror(number)};
}

/// Calls again as long as a signal interrupts.
auto uninterrupted(const auto& call) {
  auto result = call();
  while (result < 0 && errno == EINTR) result = call();
  return result;
}

class PosixFile final : public File {
 public:
  PosixFile(int descriptor, std::string path, bool is_writable)
      : descriptor_(descriptor), path_(std::move(path)), has_direct_(is_writable) {}
  ~PosixFile() override { ::close(descriptor_); }
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;

  IoResult<void> write(std::uint64_t offset, std::span<const std::string_view> parts) override {
    last_page_.forget();
    return write_cached(offset, parts);
  }

  /// Past the cache where that is possible and large enough to be worth it. The page in which the last one has ended is
  /// written once more, from memory: the cache may not have it, and the disk takes whole ones only.
  IoResult<void> write_through(std::uint64_t offset, std::span<const std::string_view> parts) override {
    constexpr std::size_t kWorthIt = 64U << 10U;
    std::size_t size = 0;
    for (const auto part : parts) size += part.size();
    const auto before = last_page_.before(offset);
    const auto begin = offset - before.size();
    const bool is_whole = begin % kPage == 0 && (offset + size) % kPage == 0;
    auto written = IoResult<void>();
    if (is_whole && size >= kWorthIt && direct()) {
      const auto number = direct_->write(begin, before, parts);
      if (number == EINVAL) {
        has_direct_ = false;
        written = write_cached(offset, parts);
      } else if (number != 0) {
        return failure(number, path_);
      }
    } else if (before.empty()) {
      written = write_cached(offset, parts);
    } else {
      std::vector<std::string_view> all{before};
      all.insert(all.end(), parts.begin(), parts.end());
      written = write_cached(begin, all);
    }
    last_page_.wrote(offset, parts);
    return written;
  }

  IoResult<void> write_zeros(std::uint64_t offset, std::size_t size) override {
    last_page_.forget();
    const bool is_whole = offset % kPage == 0 && size % kPage == 0;
    if (!is_whole || !direct()) return File::write_zeros(offset, size);
    const auto number = direct_->write_zeros(offset, size);
    if (number == EINVAL) {
      has_direct_ = false;
      return File::write_zeros(offset, size);
    }
    if (number != 0) return failure(number, path_);
    return {};
  }

  IoResult<std::string> read(std::uint64_t offset, std::size_t size) const override {
    std::string bytes(size, '\0');
    std::size_t done = 0;
    while (done < size) {
      const auto got = uninterrupted(
          [&] { return ::pread(descriptor_, bytes.data() + done, size - done, static_cast<off_t>(offset + done)); });
      if (got < 0) return failure(errno, path_);
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    bytes.resize(done);
    return bytes;
  }

  IoResult<void> sync() override {
    if (::fdatasync(descriptor_) != 0) return failure(errno, path_);  // never asked twice: the first no is final
    return {};
  }

  IoResult<void> reserve(std::uint64_t size) override {
    int number = EINTR;
    while (number == EINTR) number = ::posix_fallocate(descriptor_, 0, static_cast<off_t>(size));
    if (number != 0) return failure(number, path_);
    return {};
  }

  IoResult<std::uint64_t> size() const override {
    struct stat status {};
    if (::fstat(descriptor_, &status) != 0) return failure(errno, path_);
    return IoResult<std::uint64_t>(boost::system::in_place_value, static_cast<std::uint64_t>(status.st_size));
  }

  IoResult<void> truncate(std::uint64_t size) override {
    if (uninterrupted([&] { return ::ftruncate(descriptor_, static_cast<off_t>(size)); }) != 0) {
      return failure(errno, path_);
    }
    return {};
  }

  void leave_cache() const override { (void)::posix_fadvise(descriptor_, 0, 0, POSIX_FADV_DONTNEED); }

 private:
  IoResult<void> write_cached(std::uint64_t offset, std::span<const std::string_view> parts) {
    constexpr std::size_t kMostParts = 512;
    static_assert(kMostParts <= IOV_MAX);
    std::array<iovec, kMostParts> buffers;
    while (!parts.empty()) {
      const auto count = std::min(parts.size(), kMostParts);
      for (std::size_t i = 0; i < count; ++i) {
        buffers[i] = {.iov_base = const_cast<char*>(parts[i].data()), .iov_len = parts[i].size()};  // NOLINT
      }
      if (const auto number = write_all(offset, std::span(buffers).first(count)); number != 0) {
        return failure(number, path_);
      }
      for (const auto part : parts.first(count)) offset += part.size();
      parts = parts.subspan(count);
    }
    return {};
  }

  bool direct() {
    if (has_direct_ && !direct_) {
      direct_ = std::make_unique<DirectFile>(descriptor_);
      has_direct_ = direct_->is_open();
    }
    return has_direct_;
  }

  /// Errno, or 0 when all is written.
  int write_all(std::uint64_t offset, std::span<iovec> buffers) {
    while (!buffers.empty()) {
      const auto written = uninterrupted([&] {
        return ::pwritev(descriptor_, buffers.data(), static_cast<int>(buffers.size()), static_cast<off_t>(offset));
      });
      if (written < 0) return errno;
      offset += static_cast<std::uint64_t>(written);
      auto rest = static_cast<std::size_t>(written);
      while (!buffers.empty() && rest >= buffers.front().iov_len) {
        rest -= buffers.front().iov_len;
        buffers = buffers.subspan(1);
      }
      if (buffers.empty()) break;
      if (written == 0) return EIO;  // nothing taken and no reason given
      buffers.front().iov_base = static_cast<char*>(buffers.front().iov_base) + rest;
      buffers.front().iov_len -= rest;
    }
    return 0;
  }

  int descriptor_;
  std::string path_;  // when it was opened: it may have another name now
  bool has_direct_;   // false as well once the disk did not take it
  std::unique_ptr<DirectFile> direct_;
  LastPage last_page_;
};

}  // namespace

IoResult<std::unique_ptr<File>> PosixFileSystem::open(const std::string& path, Open how) {
  int flags = O_CLOEXEC | (how == Open::read ? O_RDONLY : O_RDWR);
  if (how == Open::create) flags |= O_CREAT | O_EXCL;
  const auto descriptor = uninterrupted([&] { return ::open(path.c_str(), flags, kFileMode); });
  if (descriptor < 0) return failure(errno, path);
  return std::make_unique<PosixFile>(descriptor, path, how != Open::read);
}

IoResult<std::vector<std::string>> PosixFileSystem::list(const std::string& folder) {
  std::vector<std::string> names;
  auto* const opened = ::opendir(folder.c_str());
  if (opened == nullptr) {
    if (errno == ENOENT) return names;
    return failure(errno, folder);
  }
  errno = 0;
  while (const auto* const entry = ::readdir(opened)) {
    const std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  const auto number = errno;
  ::closedir(opened);
  if (number != 0) return failure(number, folder);
  std::ranges::sort(names);
  return names;
}

IoResult<void> PosixFileSystem::make_folder(const std::string& folder) {
  for (auto end = folder.find('/', 1);; end = folder.find('/', end + 1)) {
    const auto part = folder.substr(0, end);
    if (::mkdir(part.c_str(), kFolderMode) != 0 && errno != EEXIST) return failure(errno, part);
    if (end == std::string::npos) return {};
  }
}

IoResult<void> PosixFileSystem::rename(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return failure(errno, from);
  return {};
}

IoResult<void> PosixFileSystem::remove(const std::string& path) {
  if (::unlink(path.c_str()) != 0) return failure(errno, path);
  return {};
}

IoResult<void> PosixFileSystem::sync_folder(const std::string& folder) {
  const auto* const name = folder.empty() ? "." : folder.c_str();
  const auto descriptor = uninterrupted([&] { return ::open(name, O_RDONLY | O_DIRECTORY | O_CLOEXEC); });
  if (descriptor < 0) return failure(errno, folder);
  const auto result = ::fsync(descriptor);
  const auto number = errno;
  ::close(descriptor);
  if (result != 0) return failure(number, folder);
  return {};
}

IoResult<FileLock> FileLock::take(const std::string& path) {
  const auto descriptor = uninterrupted([&] { return ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, kFileMode); });
  if (descriptor < 0) return failure(errno, path);
  FileLock lock(descriptor);
  if (uninterrupted([&] { return ::flock(descriptor, LOCK_EX | LOCK_NB); }) != 0) return failure(errno, path);
  return lock;
}

FileLock::FileLock(FileLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

FileLock& FileLock::operator=(FileLock&& other) noexcept {
  std::swap(descriptor_, other.descriptor_);
  return *this;
}

FileLock::~FileLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace fanfare::broker::journal
