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
  PosixFile(int descriptor, std::string path) : descriptor_(descriptor), path_(std::move(path)) {}
  ~PosixFile() override { ::close(descriptor_); }
  PosixFile(const PosixFile&) = delete;
  PosixFile& operator=(const PosixFile&) = delete;

  IoResult<void> write(std::uint64_t offset, std::span<const std::string_view> parts) override {
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
  std::string path_;
};

}  // namespace

IoResult<std::unique_ptr<File>> PosixFileSystem::open(const std::string& path, Open how) {
  int flags = O_CLOEXEC | (how == Open::read ? O_RDONLY : O_RDWR);
  if (how == Open::create) flags |= O_CREAT | O_EXCL;
  const auto descriptor = uninterrupted([&] { return ::open(path.c_str(), flags, kFileMode); });
  if (descriptor < 0) return failure(errno, path);
  return std::make_unique<PosixFile>(descriptor, path);
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
