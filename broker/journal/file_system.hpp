#pragma once
// The port between the journal and the disk: the few calls it makes, so that tests can lose, tear and refuse what a
// machine may lose, tear and refuse. Implemented over POSIX and by tests over memory. A File is used by one thread at a
// time; a FileSystem by any.

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <cstdint>
#include <memory>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace fanfare::broker::journal {

/// What the system refused: `message` names the file and says why.
struct IoError {
  int number = 0;  ///< errno: ENOSPC, EIO, …
  std::string message;

  bool operator==(const IoError&) const = default;
};

template <class T>
using IoResult = boost::system::result<T, IoError>;

/// Found by Boost.System when value() is called on an error.
[[noreturn]] inline void throw_exception_from_error(const IoError& error, const boost::source_location&) {
  throw std::runtime_error(error.message);
}

class File {
 public:
  virtual ~File() = default;

  /// Writes all the parts, one after the other, at `offset`; on an error any of the bytes may have changed.
  virtual IoResult<void> write(std::uint64_t offset, std::span<const std::string_view> parts) = 0;
  /// The same for what is synced at once, and to be read by few and soon or by nobody: it need not pass through the
  /// system's cache.
  virtual IoResult<void> write_through(std::uint64_t offset, std::span<const std::string_view> parts) {
    return write(offset, parts);
  }
  /// Writes `size` zeros. They are with the disk when it returns, and survive a loss of power after the next sync().
  virtual IoResult<void> write_zeros(std::uint64_t offset, std::size_t size);
  /// Up to `size` bytes; fewer only at the end of the file.
  virtual IoResult<std::string> read(std::uint64_t offset, std::size_t size) const = 0;
  /// What was written so far survives a loss of power (fdatasync).
  virtual IoResult<void> sync() = 0;
  /// Room for `size` bytes from the beginning is reserved: writing there does not meet a full disk (posix_fallocate).
  virtual IoResult<void> reserve(std::uint64_t size) = 0;
  virtual IoResult<std::uint64_t> size() const = 0;
  virtual IoResult<void> truncate(std::uint64_t size) = 0;
  /// What is synced need not stay in memory (posix_fadvise, POSIX_FADV_DONTNEED). A hint: it may be read all the same.
  virtual void leave_cache() const = 0;
};

class FileSystem {
 public:
  enum class Open : std::uint8_t {
    read,    ///< must be there; only read
    write,   ///< must be there
    create,  ///< must not be there
  };

  virtual ~FileSystem() = default;

  virtual IoResult<std::unique_ptr<File>> open(const std::string& path, Open how) = 0;
  /// Names in the folder, sorted; empty when there is no such folder.
  virtual IoResult<std::vector<std::string>> list(const std::string& folder) = 0;
  /// With those above it.
  virtual IoResult<void> make_folder(const std::string& folder) = 0;
  virtual IoResult<void> rename(const std::string& from, const std::string& to) = 0;
  virtual IoResult<void> remove(const std::string& path) = 0;
  /// Names that were added, changed or removed in the folder (empty: where it runs) survive a loss of power.
  virtual IoResult<void> sync_folder(const std::string& folder) = 0;
};

}  // namespace fanfare::broker::journal
