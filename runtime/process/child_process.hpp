#pragma once
// A child process: started, watched by descriptors that can be polled, signalled, reaped.
// Owned by one thread, which has to outlive it: the kernel sends the child SIGTERM when the *thread* that started it
// ends (PR_SET_PDEATHSIG), also after kill -9. The destructor kills what still runs; no zombie stays.

#include <sys/types.h>

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "runtime/process/file_descriptor.hpp"
#include "runtime/process/ready_socket.hpp"
#include "runtime/result.hpp"

namespace fanfare::runtime {

struct Command {
  std::vector<std::string> argv;                   ///< argv[0] is looked up in PATH if it has no slash
  std::map<std::string, std::string> environment;  ///< added to this process's own
};

struct ExitStatus {
  int code = 0;    ///< if `signal` is 0
  int signal = 0;  ///< the signal that ended it
  bool operator==(const ExitStatus&) const = default;
};

/// "exit code 1", "signal 9 (Killed)"
std::string to_string(const ExitStatus& status);

class ChildProcess {
 public:
  /// The child gets a process group of its own (a terminal's Ctrl-C reaches only us), an empty signal mask, /dev/null
  /// as standard input, one pipe for standard output and error, and a NOTIFY_SOCKET.
  [[nodiscard]] static Result<ChildProcess> spawn(const Command& command);

  ChildProcess(ChildProcess&&) noexcept = default;
  ChildProcess& operator=(ChildProcess&&) = delete;
  ~ChildProcess();

  pid_t pid() const { return pid_; }
  int exit_fd() const { return process_.get(); }   ///< readable once it has ended
  int output_fd() const { return output_.get(); }  ///< readable when there is output; −1 after its end
  int ready_fd() const { return ready_.fd(); }     ///< readable when it has said something to its manager

  /// What it has written by now; never blocks.
  std::string read_output();

  /// True if it has said READY=1 since the last call.
  bool take_ready() { return ready_.take_ready(); }

  /// To the child alone.
  void send_signal(int number) const;
  /// SIGKILL to the child and what it has started in its group.
  void kill_group() const;

  /// Reaps it if it has ended, and kills what it has left behind in its group; the status is kept for later calls.
  std::optional<ExitStatus> try_wait();
  std::optional<ExitStatus> wait(std::chrono::milliseconds deadline);

 private:
  ChildProcess(pid_t pid, FileDescriptor process, FileDescriptor output, ReadySocket ready);

  pid_t pid_;
  FileDescriptor process_;
  FileDescriptor output_;
  ReadySocket ready_;
  std::optional<ExitStatus> status_;
};

}  // namespace fanfare::runtime
