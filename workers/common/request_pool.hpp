#pragma once
// Threads that answer requests, behind one bounded queue. Each thread makes what it answers with (a database
// connection, a table of methods) for itself and keeps it, so nothing of that is shared. submit() may be called from
// any thread. Promise: every request is replied to – when the queue is full and when the caller has stopped waiting,
// too.

#include <fanfare/message.hpp>
#include <fanfare/subscription.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "workers/common/refusal.hpp"

namespace fanfare::workers::common {

/// A request, kept without the frame it came in.
struct Job {
  std::string topic;
  std::string actor;
  std::string payload;
  std::chrono::steady_clock::time_point deadline;  ///< when the caller stops waiting
  std::string key = {};                            ///< the Idempotency-Key; empty: none
};

class RequestPool {
 public:
  using Answering = std::function<std::string(const Job& job)>;

  struct Options {
    std::size_t threads = 1;
    std::size_t queue = 1;  ///< requests that wait for a thread
    Refusal when_full = {RefusalCode::kUnavailable, "try again: too much waits at the moment"};
  };

  /// `make` is called on each thread once, before its first request, and must not throw.
  RequestPool(Options options, std::function<Answering()> make);
  RequestPool(const RequestPool&) = delete;
  RequestPool& operator=(const RequestPool&) = delete;
  /// As drain() without a time: what waits is refused.
  ~RequestPool();

  void submit(const Request& request, Responder responder);
  /// `reply` is called once, on one of the threads or at once on this one.
  void submit(Job job, std::function<void(std::string)> reply);

  /// Accepts nothing new, answers what waits until the deadline, refuses the rest, and joins the threads.
  void drain(std::chrono::steady_clock::time_point deadline);

 private:
  struct Waiting {
    Job job;
    std::function<void(std::string)> reply;
  };

  void run();

  const Options options_;
  const std::function<Answering()> make_;
  std::mutex mutex_;  // guards the four below
  std::condition_variable changed_;
  std::deque<Waiting> queue_;
  std::size_t busy_ = 0;
  bool is_closed_ = false;
  std::vector<std::jthread> threads_;
};

}  // namespace fanfare::workers::common
