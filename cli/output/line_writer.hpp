#pragma once
// Standard output for whoever produces lines: a bounded buffer that a thread of its own writes out, whatever waits in
// one go. Owned by the command; write() may be called from any thread, the rest on the main thread.
// Promise: a reader that is slow makes write() wait, one that went away (`| head`) is noticed at once and ends nothing.
// Whoever asks is told when a line is out, which is more than that it waits here.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include "cli/waiter.hpp"

namespace fanfare::cli {

class LineWriter {
 public:
  /// What became of a line: true when all of it is written, false when it never will be. Runs on the writer's thread,
  /// or in write() or give_up(); it must neither wait nor write.
  using Written = std::function<void(bool)>;

  /// Wakes `waiter` when closed() or drained() has become true.
  LineWriter(int fd, const Waiter& waiter);
  ~LineWriter();
  LineWriter(const LineWriter&) = delete;
  LineWriter& operator=(const LineWriter&) = delete;

  /// Adds the line and its end. Waits while too much is unwritten; drops it once nobody reads any more.
  void write(std::string_view line, Written written = {});
  /// The same with a part of a line: the line goes on.
  void write_part(std::string_view part);

  /// Writes nothing more, so that nobody waits in write(); as if the reader had left.
  void give_up() { close(0); }

  /// Nobody reads any more, or writing failed.
  [[nodiscard]] bool closed() const;

  /// Waits until all is written. Throws CommandFailure if it could not be, for another reason than a reader that left.
  void finish(Waiter& waiter) const;

 private:
  void add(std::string_view text, std::string_view end, Written written);
  void run(const std::stop_token& stop);
  std::string take();
  void tell_written();
  bool await_input();
  bool write_all(std::string_view text, const std::stop_token& stop);
  void close(int error);

  const int fd_;
  const Waiter& waiter_;
  runtime::WakeUp wake_up_;
  mutable std::mutex mutex_;
  std::condition_variable has_room_;
  std::string waiting_;                 // guarded by mutex_
  std::vector<Written> after_waiting_;  // guarded by mutex_; asked for with what waits
  std::vector<Written> after_written_;  // guarded by mutex_; asked for with what is being written
  bool is_writing_ = false;             // guarded by mutex_
  bool closed_ = false;                 // guarded by mutex_
  int error_ = 0;                       // guarded by mutex_
  std::jthread thread_;                 // last, so that it is joined before the rest goes
};

}  // namespace fanfare::cli
