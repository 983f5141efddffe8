#include "cli/exec/child.hpp"

#include <fcntl.h>
#include <linux/close_range.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstring>
#include <vector>

#include "runtime/config/environment.hpp"

extern "C" {
#include <sys/pidfd.h>  // glibc 2.36 forgets to say that these are C functions
}

namespace fanfare::cli {
namespace {

using runtime::Error;
using runtime::FileDescriptor;
using runtime::Result;

struct Pipe {
  FileDescriptor read;
  FileDescriptor write;
};

Result<Pipe> make_pipe() {
  std::array<int, 2> ends{};
  if (::pipe2(ends.data(), O_CLOEXEC) != 0) return Error{"a pipe cannot be opened: ", std::strerror(errno)};
  return Pipe{FileDescriptor(ends[0]), FileDescriptor(ends[1])};
}

/// What the child needs, made before the fork: after it only async-signal-safe calls are allowed.
struct Plan {
  char** argv;
  char** environment;
  pid_t parent;
  std::array<int, 3> standard;  ///< what becomes 0, 1 and 2
};

[[noreturn]] void become_shell(const Plan& plan) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  if (::getppid() != plan.parent) ::_exit(127);  // the parent ended before the line above: no signal will come
  ::setpgid(0, 0);
  for (int number = 0; number < 3; ++number) ::dup2(plan.standard[static_cast<std::size_t>(number)], number);
  ::close_range(3, ~0U, CLOSE_RANGE_CLOEXEC);
  struct sigaction action {};
  action.sa_handler = SIG_DFL;
  for (int number = 1; number < NSIG; ++number) ::sigaction(number, &action, nullptr);
  sigset_t none;
  sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  ::execve(plan.argv[0], plan.argv, plan.environment);
  ::_exit(127);
}

std::vector<std::string> environment_with(const std::map<std::string, std::string>& added) {
  runtime::Environment environment = runtime::process_environment();
  for (const auto& [name, value] : added) environment[name] = value;
  std::vector<std::string> result;
  for (const auto& [name, value] : environment) result.push_back(name + "=" + value);
  return result;
}

/// The null-terminated array that exec wants; it points into `texts`.
std::vector<char*> pointers_to(std::vector<std::string>& texts) {
  std::vector<char*> result;
  for (std::string& text : texts) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

void make_non_blocking(const FileDescriptor& end) { ::fcntl(end.get(), F_SETFL, O_NONBLOCK); }

}  // namespace

Result<Child> Child::spawn_shell(const std::string& text, const std::map<std::string, std::string>& environment) {
  Result<Pipe> input = make_pipe();
  Result<Pipe> output = make_pipe();
  Result<Pipe> errors = make_pipe();
  for (const auto* pipe : {&input, &output, &errors}) {
    if (!*pipe) return pipe->error();
  }
  for (const auto* end : {&input->write, &output->read, &errors->read}) make_non_blocking(*end);

  std::vector<std::string> argv = {"/bin/sh", "-c", text};
  std::vector<std::string> variables = environment_with(environment);
  std::vector<char*> argv_pointers = pointers_to(argv);
  std::vector<char*> variable_pointers = pointers_to(variables);
  const Plan plan{argv_pointers.data(),
                  variable_pointers.data(),
                  ::getpid(),
                  {input->read.get(), output->write.get(), errors->write.get()}};
  const pid_t pid = ::fork();
  if (pid == 0) become_shell(plan);
  if (pid < 0) return Error{"/bin/sh cannot be started: ", std::strerror(errno)};
  ::setpgid(pid, pid);  // by both, so that the group exists whoever comes first
  FileDescriptor process(::pidfd_open(pid, 0));
  if (!process.is_open()) {
    const int number = errno;
    ::kill(pid, SIGKILL);
    ::waitpid(pid, nullptr, 0);
    return Error{"/bin/sh cannot be watched: ", std::strerror(number)};
  }
  Child child(pid, std::move(process));
  child.input = std::move(input->write);
  child.output = std::move(output->read);
  child.errors = std::move(errors->read);
  return child;
}

Child::~Child() {
  if (!process_.is_open() || is_reaped_) return;  // moved from, or reaped
  ::kill(-pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);
}

std::optional<runtime::ExitStatus> Child::try_wait() {
  siginfo_t info{};
  const auto id = static_cast<id_t>(pid_);
  if (::waitid(P_PID, id, &info, WEXITED | WNOHANG | WNOWAIT) != 0 || info.si_pid == 0) return std::nullopt;
  // Until it is reaped its number is its own: what it has left behind in its group ends here.
  ::kill(-pid_, SIGKILL);
  ::waitid(P_PID, id, &info, WEXITED | WNOHANG);
  is_reaped_ = true;
  const bool has_exited = info.si_code == CLD_EXITED;
  return runtime::ExitStatus{has_exited ? info.si_status : 0, has_exited ? 0 : info.si_status};
}

}  // namespace fanfare::cli
