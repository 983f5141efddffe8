#pragma once
// A shell with three pipes, in a process group of its own. Owned by the thread that started it: the kernel kills the
// child with that thread. The destructor kills what still runs of the group, and reaps.

#include <sys/types.h>

#include <map>
#include <optional>
#include <string>

#include "runtime/process/child_process.hpp"
#include "runtime/process/file_descriptor.hpp"
#include "runtime/result.hpp"

namespace fanfare::cli {

class Child {
 public:
  [[nodiscard]] static runtime::Result<Child> spawn_shell(const std::string& text,
                                                          const std::map<std::string, std::string>& environment);

  Child(Child&&) noexcept = default;
  Child& operator=(Child&&) = delete;
  ~Child();

  runtime::FileDescriptor input;  ///< non-blocking, like the other two
  runtime::FileDescriptor output;
  runtime::FileDescriptor errors;
  int exit_fd() const { return process_.get(); }  ///< readable once it has ended

  /// Reaps it if it has ended.
  std::optional<runtime::ExitStatus> try_wait();

 private:
  Child(pid_t pid, runtime::FileDescriptor process) : pid_(pid), process_(std::move(process)) {}

  pid_t pid_;
  runtime::FileDescriptor process_;
  bool is_reaped_ = false;
};

}  // namespace fanfare::cli
