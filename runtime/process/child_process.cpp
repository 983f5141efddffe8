#include "runtime/process/child_process.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "runtime/config/environment.hpp"

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 forgets to say that these are C functions
}

namespace fanfare::runtime {
namespace {

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error{"a pipe cannot be opened: ", std::strerror(errno)};
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// The null-terminated array that exec wants; it points into `texts`.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

std::vector<std::string> environment_for(const Command& command, const std::string& notify_socket) {
  Environment environment = process_environment();
  for (const auto& [name, value] : command.environment) environment[name] = value;
  environment["NOTIFY_SOCKET"] = notify_socket;
  for (const char* const own : {"WATCHDOG_USEC", "WATCHDOG_PID"}) environment.erase(own);  // between us and our manager
  std::vector<std::string> result;
  for (const auto& [name, value] : environment) result.push_back(name + "=" + value);
  return result;
}

/// What the child needs, made before the fork: after it only async-signal-safe calls are allowed.
struct ChildPlan {
  char** argv;
  char** environment;
  pid_t parent;
  int null_input;
  int output;
  int failure;  ///< told errno if exec fails; closed by exec otherwise
};

void reset_signals() {
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

[[noreturn]] void become_child(const ChildPlan& plan) {
  ::prctl(PR_SET_PDEATHSIG, SIGTERM);
  if (::getppid() != plan.parent) ::_exit(1);  // the parent ended before the line above: no signal will come
  ::setpgid(0, 0);
  ::dup2(plan.null_input, STDIN_FILENO);
  ::dup2(plan.output, STDOUT_FILENO);
  ::dup2(plan.output, STDERR_FILENO);
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);  // what a library has opened without O_CLOEXEC
  reset_signals();
  ::execvpe(plan.argv[0], plan.argv, plan.environment);
  const int number = errno;
  const ssize_t ignored = ::write(plan.failure, &number, sizeof(number));
  ::_exit(ignored > 0 ? 127 : 126);
}

/// Waits until the child has become its program; errno if it couldn't.
int exec_error(const FileDescriptor& failure) {
  int number = 0;
  ssize_t size = 0;
  do {
    size = ::read(failure.get(), &number, sizeof(number));
  } while (size < 0 && errno == EINTR);
  return size == static_cast<ssize_t>(sizeof(number)) ? number : 0;
}

}  // namespace

std::string to_string(const ExitStatus& status) {
  if (status.signal == 0) return "exit code " + std::to_string(status.code);
  const char* const name = ::sigdescr_np(status.signal);
  return "signal " + std::to_string(status.signal) + " (" + (name == nullptr ? "unknown" : name) + ")";
}

Result<ChildProcess> ChildProcess::spawn(const Command& command) {
  if (command.argv.empty()) return Error{"an empty command cannot be run"};
  Result<Pipe> output = make_pipe();
  if (!output) return output.error();
  Result<Pipe> failure = make_pipe();
  if (!failure) return failure.error();
  Result<ReadySocket> ready = ReadySocket::open();
  if (!ready) return ready.error();
  const FileDescriptor null_input(::open("/dev/null", O_RDONLY | O_CLOEXEC));
  ::fcntl(output->read.get(), F_SETFL, O_NONBLOCK);

  std::vector<std::string> argv = command.argv;
  std::vector<std::string> environment = environment_for(command, ready->name());
  std::vector<char*> argv_pointers = pointers_to(argv);
  std::vector<char*> environment_pointers = pointers_to(environment);
  const ChildPlan plan{argv_pointers.data(), environment_pointers.data(), ::getpid(),
                       null_input.get(),     output->write.get(),         failure->write.get()};
  const pid_t pid = ::fork();
  if (pid == 0) become_child(plan);
  if (pid < 0) return Error{command.argv[0], " cannot be started: ", std::strerror(errno)};
  FileDescriptor process(::pidfd_open(pid, 0));
  if (!process.is_open()) {
    const int number = errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return Error{command.argv[0], " cannot be watched: ", std::strerror(number)};
  }
  output->write.reset();
  failure->write.reset();
  ChildProcess child(pid, std::move(process), std::move(output->read), std::move(*ready));
  if (const int number = exec_error(failure->read); number != 0) {
    return Error{command.argv[0], " cannot be run: ", std::strerror(number)};
  }
  return child;
}

ChildProcess::ChildProcess(pid_t pid, FileDescriptor process, FileDescriptor output, ReadySocket ready)
    : pid_(pid), process_(std::move(process)), output_(std::move(output)), ready_(std::move(ready)) {}

ChildProcess::~ChildProcess() {
  constexpr std::chrono::milliseconds kDeathIsQuick{5000};
  if (!process_.is_open() || status_) return;  // moved from, or reaped
  kill_group();
  wait(kDeathIsQuick);
}

std::string ChildProcess::read_output() {
  std::string result;
  std::array<char, 16384> buffer{};
  while (output_.is_open() && result.size() < 4 * buffer.size()) {
    const ssize_t size = ::read(output_.get(), buffer.data(), buffer.size());
    if (size > 0) {
      result.append(buffer.data(), static_cast<std::size_t>(size));
      continue;
    }
    if (size == 0 || (errno != EAGAIN && errno != EINTR)) output_.reset();
    break;
  }
  return result;
}

void ChildProcess::send_signal(int number) const { ::pidfd_send_signal(process_.get(), number, nullptr, 0); }

void ChildProcess::kill_group() const {
  if (status_) return;  // reaped: the number may be a stranger's by now
  ::kill(-pid_, SIGKILL);
  send_signal(SIGKILL);  // should it not have got as far as setpgid()
}

std::optional<ExitStatus> ChildProcess::try_wait() {
  if (status_) return status_;
  siginfo_t info{};
  const auto id = static_cast<id_t>(process_.get());
  if (::waitid(P_PIDFD, id, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return std::nullopt;
  // Until it is reaped its number is its own: what it has started and left behind in its group ends here.
  kill_group();
  ::waitid(P_PIDFD, id, &info, WEXITED | WNOHANG);
  const bool has_exited = info.si_code == CLD_EXITED;
  status_ = ExitStatus{has_exited ? info.si_status : 0, has_exited ? 0 : info.si_status};
  return status_;
}

std::optional<ExitStatus> ChildProcess::wait(std::chrono::milliseconds deadline) {
  const auto end = std::chrono::steady_clock::now() + deadline;
  while (true) {
    if (const auto status = try_wait()) return status;
    const auto left = std::chrono::ceil<std::chrono::milliseconds>(end - std::chrono::steady_clock::now());
    if (left.count() <= 0) return std::nullopt;
    pollfd source{process_.get(), POLLIN, 0};
    ::poll(&source, 1, static_cast<int>(std::min<std::chrono::milliseconds::rep>(left.count(), 60'000)));
  }
}

}  // namespace fanfare::runtime
