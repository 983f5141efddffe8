#pragma once
// The thread that owns every socket, session and channel of this process. Work from other threads comes in by post().
// Owned by the service (or a test).

#include <boost/asio/io_context.hpp>
#include <functional>
#include <thread>

namespace fanfare::frontends::websocket::server {

class IoThread {
 public:
  IoThread() = default;
  IoThread(const IoThread&) = delete;
  IoThread& operator=(const IoThread&) = delete;
  ~IoThread() { stop(); }

  /// What was posted before waits until here.
  void start();
  /// Runs it on the I/O thread, after what was posted before; dropped once stopped.
  void post(std::function<void()> work);
  /// Runs it there and waits for its end. Between start() and stop(), not on the I/O thread itself.
  void run(const std::function<void()>& work);
  /// Whatever still waits is dropped.
  void stop();

  [[nodiscard]] boost::asio::io_context& context() { return context_; }

 private:
  boost::asio::io_context context_{1};
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context_.get_executor()};
  std::thread thread_;
};

}  // namespace fanfare::frontends::websocket::server
