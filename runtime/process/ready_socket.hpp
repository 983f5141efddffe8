#pragma once
// The socket on which a child says READY=1, as systemd's NOTIFY_SOCKET: an abstract name that the kernel chooses, so
// nothing is left behind in the file system. Only messages of our own user count.
// Owned by the thread that owns the child.

#include <string>

#include "runtime/process/file_descriptor.hpp"
#include "runtime/result.hpp"

namespace fanfare::runtime {

class ReadySocket {
 public:
  [[nodiscard]] static Result<ReadySocket> open();

  int fd() const { return socket_.get(); }
  const std::string& name() const { return name_; }  ///< for NOTIFY_SOCKET

  /// Reads all that waits; true if one of it was READY=1.
  bool take_ready();

 private:
  ReadySocket(FileDescriptor socket, std::string name) : socket_(std::move(socket)), name_(std::move(name)) {}

  FileDescriptor socket_;
  std::string name_;
};

}  // namespace fanfare::runtime
