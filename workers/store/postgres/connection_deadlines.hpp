#pragma once
// Ends waits for a server that stands still: libpq waits for an answer for ever, so at its deadline a connection's
// socket is shut down, and the wait ends as a lost connection. One object, with one thread, for a pool's connections;
// any thread. Promise: a socket is shut down only while its Guard lives.

#include <chrono>
#include <condition_variable>
#include <list>
#include <mutex>
#include <thread>

namespace fanfare::workers::store {

class ConnectionDeadlines {
 public:
  using Clock = std::chrono::steady_clock;

 private:
  struct Wait {
    int socket;
    Clock::time_point deadline;  ///< max: it was shut down
  };

 public:
  /// Goes before the connection does.
  class Guard {
   public:
    Guard(ConnectionDeadlines& deadlines, int socket, Clock::time_point deadline);
    ~Guard();
    Guard(const Guard&) = delete;
    Guard& operator=(const Guard&) = delete;

    /// The next wait begins. False: it was shut down already.
    bool extend(Clock::time_point deadline);

   private:
    ConnectionDeadlines& deadlines_;
    const std::list<Wait>::iterator wait_;
  };

  ConnectionDeadlines();
  ~ConnectionDeadlines();
  ConnectionDeadlines(const ConnectionDeadlines&) = delete;
  ConnectionDeadlines& operator=(const ConnectionDeadlines&) = delete;

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::list<Wait> waits_;  // guarded by mutex_; one for each connection in use
  bool is_stopping_ = false;
  std::thread thread_;
};

}  // namespace fanfare::workers::store
