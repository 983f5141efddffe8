#include "broker/journal/offline.hpp"

#include <algorithm>
#include <cerrno>
#include <utility>

#include "broker/journal/segment_format.hpp"

namespace fanfare::broker::journal {
namespace {

constexpr std::string_view kLock = "lock";

/// Without slashes at the end.
std::string trimmed(std::string folder) {
  while (folder.size() > 1 && folder.back() == '/') folder.pop_back();
  return folder;
}

std::string last_name(const std::string& path) { return path.substr(path.rfind('/') + 1); }

bool is_stream(const std::vector<std::string>& names) {
  return std::ranges::any_of(names, [](const auto& name) { return name == "state" || segment_number(name); });
}

}  // namespace

IoResult<std::vector<StreamFolder>> stream_folders(FileSystem& files, const std::string& given) {
  const auto folder = trimmed(given);
  const auto names = files.list(folder);
  if (!names) return names.error();
  std::vector<StreamFolder> found;
  if (is_stream(*names)) {
    found.push_back({last_name(folder), folder});
    return found;
  }
  for (const auto& name : *names) {
    if (name == kLock) continue;
    const auto path = folder + "/" + name;
    const auto below = files.list(path);
    if (!below && below.error().number == ENOTDIR) continue;
    if (!below) return below.error();
    if (is_stream(*below)) found.push_back({name, path});
  }
  if (found.empty()) return IoError{.number = ENOENT, .message = folder + " holds no journal"};
  return found;
}

IoResult<std::optional<FileLock>> hold_offline(const std::string& given) {
  PosixFileSystem files;
  auto folder = trimmed(given);
  const auto names = files.list(folder);
  if (!names) return names.error();
  if (is_stream(*names)) {
    const auto slash = folder.rfind('/');
    folder =
        slash == std::string::npos ? (folder == "." ? ".." : ".") : folder.substr(0, std::max<std::size_t>(slash, 1));
  }
  const auto path = folder + "/" + std::string(kLock);
  if (const auto there = files.open(path, FileSystem::Open::read); !there) {
    if (there.error().number == ENOENT) return std::optional<FileLock>();
    return there.error();
  }
  auto lock = FileLock::take(path);
  if (!lock && lock.error().number == EWOULDBLOCK) {
    return IoError{.number = EWOULDBLOCK, .message = folder + ": a broker uses this journal; stop it first"};
  }
  if (!lock) return lock.error();
  return std::optional<FileLock>(std::move(*lock));
}

}  // namespace fanfare::broker::journal
