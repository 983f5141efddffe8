#pragma once
// Wakes a thread that polls: an eventfd that stays readable from wake() until clear().
// Shared by the waking threads and the one that polls; every function may be called from any thread.

#include <sys/eventfd.h>

#include <cstdint>

#include "runtime/process/file_descriptor.hpp"

namespace fanfare::runtime {

class WakeUp {
 public:
  int fd() const { return event_.get(); }
  void wake() const { ::eventfd_write(event_.get(), 1); }
  void clear() const {
    eventfd_t count = 0;
    ::eventfd_read(event_.get(), &count);
  }

 private:
  FileDescriptor event_{::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)};
};

}  // namespace fanfare::runtime
