#pragma once
// The journal's file system over POSIX. Any thread; a File is used by one thread at a time. Never throws, answers
// interruptions and short writes itself.

#include <string>

#include "broker/journal/file_system.hpp"

namespace fanfare::broker::journal {

class PosixFileSystem final : public FileSystem {
 public:
  IoResult<std::unique_ptr<File>> open(const std::string& path, Open how) override;
  IoResult<std::vector<std::string>> list(const std::string& folder) override;
  IoResult<void> make_folder(const std::string& folder) override;
  IoResult<void> rename(const std::string& from, const std::string& to) override;
  IoResult<void> remove(const std::string& path) override;
  IoResult<void> sync_folder(const std::string& folder) override;
};

/// Holds the file `path` (made where it is missing) for this process with flock, until it is destroyed or the process
/// ends. EWOULDBLOCK: another one holds it.
class FileLock {
 public:
  [[nodiscard]] static IoResult<FileLock> take(const std::string& path);

  FileLock(FileLock&& other) noexcept;
  FileLock& operator=(FileLock&& other) noexcept;
  ~FileLock();

 private:
  explicit FileLock(int descriptor) : descriptor_(descriptor) {}

  int descriptor_ = -1;
};

}  // namespace fanfare::broker::journal
