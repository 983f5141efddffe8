#include "cli/exec/shell_command.hpp"

#include <poll.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "cli/exec/child.hpp"

namespace fanfare::cli {
namespace {

using Clock = std::chrono::steady_clock;

/// How soon a cancellation is noticed.
constexpr std::chrono::milliseconds kTick{50};
constexpr std::size_t kMaxErrors = 16U << 10U;  ///< of standard error, only the end is wanted

/// Reads what is there; closes the end when the other side has.
void read_some(runtime::FileDescriptor& end, std::string& into) {
  std::array<char, 65536> bytes{};
  const ssize_t size = ::read(end.get(), bytes.data(), bytes.size());
  if (size > 0) {
    into.append(bytes.data(), static_cast<std::size_t>(size));
  } else if (size == 0 || (errno != EAGAIN && errno != EINTR)) {
    end.reset();
  }
}

/// Reads until nothing is there; what is in a pipe when its writers have gone is all there will be.
void read_rest(runtime::FileDescriptor& end, std::string& into, std::size_t limit) {
  std::size_t before = 0;
  do {
    before = into.size();
    if (end.is_open()) read_some(end, into);
  } while (into.size() > before && into.size() <= limit);
}

void write_some(runtime::FileDescriptor& end, std::string_view& rest) {
  const ssize_t size = ::write(end.get(), rest.data(), rest.size());
  if (size > 0) rest.remove_prefix(static_cast<std::size_t>(size));
  // A command that doesn't read its input is none of our business.
  if (rest.empty() || (size < 0 && errno != EAGAIN && errno != EINTR)) end.reset();
}

std::string last_line(std::string_view text) {
  const std::size_t end = text.find_last_not_of("\r\n");
  if (end == std::string_view::npos) return {};
  text = text.substr(0, end + 1);
  const std::size_t begin = text.find_last_of('\n');
  return std::string(begin == std::string_view::npos ? text : text.substr(begin + 1));
}

/// Moves bytes until the command has ended or has to; its status, or none with `failure` set.
class Conversation {
 public:
  Conversation(const ShellCommand& command, Child& child) : command_(command), child_(child), rest_(command.input) {
    if (rest_.empty()) child_.input.reset();
  }

  ShellOutcome run() {
    while (true) {
      if (const auto status = child_.try_wait()) return ended(*status);
      if (command_.canceled()) return {"the caller took the request back", {}};
      if (Clock::now() >= command_.deadline) return {"the command did not end in time", {}};
      if (output_.size() > command_.max_output) return too_much();
      move_bytes();
    }
  }

 private:
  void move_bytes() {
    std::array<pollfd, 4> sources = {{{child_.exit_fd(), POLLIN, 0},
                                      {child_.input.get(), POLLOUT, 0},
                                      {child_.output.get(), POLLIN, 0},
                                      {child_.errors.get(), POLLIN, 0}}};
    ::poll(sources.data(), sources.size(), static_cast<int>(kTick.count()));
    if (sources[1].revents != 0) write_some(child_.input, rest_);
    if (sources[2].revents != 0) read_some(child_.output, output_);
    if (sources[3].revents != 0) read_some(child_.errors, errors_);
    if (errors_.size() > 2 * kMaxErrors) errors_.erase(0, errors_.size() - kMaxErrors);
  }

  ShellOutcome ended(const runtime::ExitStatus& status) {
    read_rest(child_.output, output_, command_.max_output);
    read_rest(child_.errors, errors_, 2 * kMaxErrors);
    if (output_.size() > command_.max_output) return too_much();
    if (status == runtime::ExitStatus{}) return {{}, std::move(output_)};
    std::string reason = last_line(errors_);
    return {reason.empty() ? to_string(status) : std::move(reason), {}};
  }

  ShellOutcome too_much() const {
    return {"the command wrote more than " + std::to_string(command_.max_output) + " bytes", {}};
  }

  const ShellCommand& command_;
  Child& child_;
  std::string_view rest_;
  std::string output_;
  std::string errors_;
};

}  // namespace

ShellOutcome run_shell(const ShellCommand& command) {
  runtime::Result<Child> child = Child::spawn_shell(command.text, command.environment);
  if (!child) return {child.error().message, {}};
  return Conversation(command, *child).run();
}

}  // namespace fanfare::cli
