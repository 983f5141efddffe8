#include "runtime/data_dir/data_dir.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <array>
#include <cerrno>
#include <charconv>
#include <csignal>
#include <cstring>

#include "runtime/text/escape.hpp"

namespace fanfare::runtime {
namespace {

Error failed(const std::filesystem::path& path, std::string_view what, int number) {
  return {"data_dir ", path.string(), ": ", what, ": ", std::strerror(number)};
}

/// "pid 42, fanfare-broker", as the holder of the lock wrote it.
std::string holder_of(int lock) {
  std::array<char, 128> text{};
  const ssize_t size = ::pread(lock, text.data(), text.size(), 0);
  std::string_view line(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  line = line.substr(0, line.find('\n'));
  const std::string quoted = quote(line);
  return line.empty() ? "pid unknown" : quoted.substr(1, quoted.size() - 2);
}

}  // namespace

Result<void> make_private_directory(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::create_directories(path.parent_path(), error);
  if (error) return failed(path, "cannot be created", error.value());
  if (::mkdir(path.c_str(), S_IRWXU) != 0 && errno != EEXIST) return failed(path, "cannot be created", errno);
  if (!std::filesystem::is_directory(path, error)) return failed(path, "cannot be used", ENOTDIR);
  return {};
}

bool DataDir::is_held_by(const std::filesystem::path& path, const std::string& what) {
  const FileDescriptor lock(::open((path / "lock").c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
  if (!lock.is_open()) return false;
  const std::string line = holder_of(lock.get());
  pid_t pid = 0;
  constexpr std::string_view kBegin = "pid ";
  if (!line.starts_with(kBegin) || !line.ends_with(", " + what)) return false;
  std::from_chars(line.data() + kBegin.size(), line.data() + line.size(), pid);
  return pid > 0 && (::kill(pid, 0) == 0 || errno == EPERM);
}

Result<DataDir> DataDir::open(const std::filesystem::path& path, const std::string& what) {
  std::error_code error;
  std::filesystem::path absolute = std::filesystem::absolute(path, error).lexically_normal();
  if (absolute.filename().empty()) absolute = absolute.parent_path();  // "data/" is "data"
  if (const Result<void> made = make_private_directory(absolute); !made) return made.error();
  const std::filesystem::path file = absolute / "lock";
  FileDescriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, S_IRUSR | S_IWUSR));
  if (!lock.is_open()) return failed(absolute, "the file `lock` cannot be opened", errno);
  if (::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return failed(absolute, "cannot be locked", errno);
    return Error{"fanfare is already running here (", holder_of(lock.get()), "): ", absolute.string(),
                 "; stop it, or give this one another data_dir"};
  }
  const std::string line = "pid " + std::to_string(::getpid()) + ", " + what + "\n";
  const auto size = static_cast<ssize_t>(line.size());
  if (::ftruncate(lock.get(), 0) != 0 || ::pwrite(lock.get(), line.data(), line.size(), 0) != size) {
    return failed(absolute, "the file `lock` cannot be written", errno);
  }
  return DataDir(std::move(absolute), std::move(lock));
}

}  // namespace fanfare::runtime
