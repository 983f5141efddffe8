// A sender in a process of its own, which writes down what it tells into a file. For tests only; forked from the test,
// which has no threads then.
#pragma once

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "workers/notify/notifier.hpp"

namespace fanfare::workers::notify::test_support {

/// What was told, as others see it: one line each, written whole.
class FileNotifier final : public Notifier {
 public:
  explicit FileNotifier(const std::filesystem::path& file)
      : file_(::open(file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600)) {}
  ~FileNotifier() override { ::close(file_); }
  FileNotifier(const FileNotifier&) = delete;
  FileNotifier& operator=(const FileNotifier&) = delete;

  [[nodiscard]] std::string name() const override { return "scripted"; }
  [[nodiscard]] bool needs_link() const override { return true; }
  [[nodiscard]] std::vector<Bucket> buckets(const std::string& address) const override {
    return make_buckets ? make_buckets(address) : std::vector<Bucket>{};
  }
  Told tell(const Notification& notification, Deadline) override { return write("new", notification); }
  Told change(const std::string&, const Notification& notification, Deadline) override {
    return write("changed", notification);
  }

  std::function<std::vector<Bucket>(const std::string&)> make_buckets;
  std::function<void(const char* moment)> at_moment = [](const char*) {};
  std::function<std::int64_t()> time = [] { return std::int64_t{0}; };  ///< what a line begins with

 private:
  Told write(const std::string& how, const Notification& notification) {
    at_moment("before the request is written");
    const std::string line = std::to_string(time()) + " " + how + " " + notification.address + " " +
                             std::to_string(notification.count) + "\n";
    if (::write(file_, line.data(), line.size()) < 0) ::_exit(3);
    at_moment("after the request is written");
    Told told{.message = "m" + notification.address};
    at_moment("after the reply is read");
    return told;
  }

  const int file_;
};

struct ToldLine {
  std::int64_t time = 0;
  std::string how;
  std::string address;
  std::uint64_t count = 0;
};

inline std::vector<ToldLine> told_lines(const std::filesystem::path& file) {
  std::ifstream in(file);
  std::vector<ToldLine> lines;
  ToldLine line;
  while (in >> line.time >> line.how >> line.address >> line.count) lines.push_back(line);
  return lines;
}

/// Runs `work` in a process of its own, whose exit code is what it returns.
inline pid_t in_process(const std::function<int()>& work) {
  const pid_t process = ::fork();
  if (process == 0) ::_exit(work());
  return process;
}

/// How it ended, as waitpid() says.
inline int end_of(pid_t process) {
  int status = 0;
  ::waitpid(process, &status, 0);
  return status;
}

}  // namespace fanfare::workers::notify::test_support
