#pragma once
// What verify and repair share before they begin: where the streams of a folder are, and that no broker uses it.
// Blocking; the caller's thread.

#include <optional>
#include <string>
#include <vector>

#include "broker/journal/file_system.hpp"
#include "broker/journal/posix_file_system.hpp"

namespace fanfare::broker::journal {

struct StreamFolder {
  std::string name;
  std::string path;
};

/// The streams of a journal's folder, by name, or the one whose folder it is. ENOENT: there is none.
[[nodiscard]] IoResult<std::vector<StreamFolder>> stream_folders(FileSystem& files, const std::string& folder);

/// Keeps brokers away from the journal that `folder` is, or is a stream of, as long as it lives. EWOULDBLOCK: one uses
/// it. Nothing is held, or made, where no broker has ever been.
[[nodiscard]] IoResult<std::optional<FileLock>> hold_offline(const std::string& folder);

}  // namespace fanfare::broker::journal
