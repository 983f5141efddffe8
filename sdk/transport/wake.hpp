#pragma once
// An eventfd that wakes the I/O thread out of its poll. Owned by the Intake; signal() from any thread, clear() by the
// I/O thread.

#include <chrono>

namespace fanfare::transport {

class Wake {
 public:
  Wake();
  Wake(const Wake&) = delete;
  Wake& operator=(const Wake&) = delete;
  ~Wake();

  void signal();
  void clear();
  void wait(std::chrono::milliseconds timeout);
  [[nodiscard]] int descriptor() const { return descriptor_; }

 private:
  int descriptor_;
};

}  // namespace fanfare::transport
