#pragma once
// Answers requests with the output of a shell command, several at once. Owned by `fanfare reply`; requests come on the
// client's thread and are answered on the pool's.

#include <fanfare/client.hpp>

#include <atomic>
#include <cstdint>
#include <string>
#include <string_view>

#include "cli/exec/worker_pool.hpp"
#include "cli/waiter.hpp"

namespace fanfare::cli {

struct AnswerOptions {
  std::string command;
  std::size_t max_in_flight = 1;
  std::uint64_t count = 0;  ///< 0: without end
  std::size_t max_output = 64U << 20U;
};

class Answering {
 public:
  Answering(const AnswerOptions& options, const Waiter& waiter)
      : options_(options), waiter_(waiter), pool_(options.max_in_flight) {}

  /// Returns at once; beyond `count` requests it is left to other members of the service.
  void take(const Request& request, Responder responder);

  /// Whether `count` requests have been answered.
  [[nodiscard]] bool is_over() const { return options_.count > 0 && answered_ >= options_.count; }

 private:
  static void reply(Responder& responder, std::string_view output);
  void answer(const Request& request, Responder& responder, Clock::time_point deadline, const std::stop_token& stop);

  const AnswerOptions& options_;
  const Waiter& waiter_;
  std::uint64_t taken_ = 0;  // the client's thread's
  std::atomic<std::uint64_t> answered_ = 0;
  WorkerPool pool_;  // last, so that it ends before the rest goes
};

}  // namespace fanfare::cli
