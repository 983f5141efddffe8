#pragma once
// From the SDK's threads to the I/O thread: what waits for it is bounded in bytes. Owned by the service; any thread.
// Policy: a publication that does not fit waits a second, while the broker holds the next ones back; then it is
// refused.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <functional>
#include <mutex>
#include <utility>

namespace fanfare::frontends::websocket::broker {

class Handover {
 public:
  using Work = std::function<void()>;

  struct Limits {
    std::size_t bytes = 16U << 20U;
    std::chrono::milliseconds patience{1'000};
  };

  /// `post` runs work on the I/O thread in the order it gets it.
  Handover(std::function<void(Work)> post, Limits limits) : post_(std::move(post)), limits_(limits) {}

  /// For answers: their number is bounded by what was asked.
  void push(Work work) { post_(std::move(work)); }

  /// For what comes unasked. False: it did not fit in time.
  [[nodiscard]] bool offer(std::size_t bytes, Work work);

  /// Nobody waits any more.
  void close();

 private:
  const std::function<void(Work)> post_;
  const Limits limits_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::size_t waiting_ = 0;  // bytes
  bool closed_ = false;
};

}  // namespace fanfare::frontends::websocket::broker
