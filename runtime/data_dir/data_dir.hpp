#pragma once
// The data directory, held by one process at a time. Owned by whatever must not run twice, for as long as it runs;
// no thread of its own. The lock is the kernel's (flock), so it ends with the process however that ends.

#include <filesystem>
#include <string>

#include "runtime/process/file_descriptor.hpp"
#include "runtime/result.hpp"

namespace fanfare::runtime {

/// Creates the directory (mode 0700; its parents get the usual one) where it is missing.
[[nodiscard]] Result<void> make_private_directory(const std::filesystem::path& path);

class DataDir {
 public:
  /// Creates the directory (mode 0700) where it is missing and takes its lock; `what` is the program's name, which the
  /// error of a second taker says: "fanfare is already running here (pid 42, fanfare-broker) …".
  [[nodiscard]] static Result<DataDir> open(const std::filesystem::path& path, const std::string& what);

  /// Whether a running process has opened it last as `what`. Touches no lock, so it is in nobody's way.
  [[nodiscard]] static bool is_held_by(const std::filesystem::path& path, const std::string& what);

  /// Absolute.
  const std::filesystem::path& path() const { return path_; }

 private:
  DataDir(std::filesystem::path path, FileDescriptor lock) : path_(std::move(path)), lock_(std::move(lock)) {}

  std::filesystem::path path_;
  FileDescriptor lock_;
};

}  // namespace fanfare::runtime
