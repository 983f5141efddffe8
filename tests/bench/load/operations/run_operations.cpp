#include "tests/bench/load/operations/run_operations.hpp"

#include <chrono>
#include <stdexcept>
#include <vector>

#include "tests/bench/load/operations/outcome_checker.hpp"
#include "tests/bench/load/usage.hpp"

namespace fanfare::load {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = 30s;

class Driver {
 public:
  Driver(const Work& work, Operations& operations) : operations_(operations), checker_(work.under_way) {}

  void run_until(Clock::time_point end) {
    for (auto now = Clock::now(); now < end; now = Clock::now()) {
      while (checker_.has_room() && operations_.start(checker_.started())) checker_.start(now);
      advance();
    }
  }

  void drain() {
    while (checker_.under_way() > 0) advance();
  }

  void forget_latency() { latency_ = {}; }
  [[nodiscard]] const cli::Histogram& latency() const { return latency_; }
  [[nodiscard]] std::uint64_t finished() const { return finished_; }
  [[nodiscard]] std::uint64_t started() const { return checker_.started(); }

 private:
  void advance() {
    done_.clear();
    operations_.advance(done_, Clock::now() + kPatience);
    const auto now = Clock::now();
    for (const auto& run : done_) {
      const bool sound = checker_.finish(run, [&](Clock::time_point since) {
        latency_.add(static_cast<std::uint64_t>(std::chrono::nanoseconds(now - since).count()));
      });
      if (!sound) throw std::runtime_error("an operation had a second outcome, or one that was not started");
      finished_ += run.count;
    }
  }

  Operations& operations_;
  OutcomeChecker checker_;
  std::vector<Run> done_;
  cli::Histogram latency_;
  std::uint64_t finished_ = 0;
};

}  // namespace

Result run_operations(const Work& work, Operations& operations) {
  Driver driver(work, operations);
  driver.run_until(Clock::now() + std::chrono::duration_cast<Clock::duration>(work.warm_up));

  const auto finished = driver.finished();
  driver.forget_latency();
  const auto before = usage_now(work);
  driver.run_until(before.at + std::chrono::duration_cast<Clock::duration>(work.measured));
  const auto after = usage_now(work);

  Result result{.messages = driver.finished() - finished,
                .deliveries = driver.finished() - finished,
                .seconds = after.at - before.at,
                .latency = driver.latency(),
                .server_cpu = after.server_cpu - before.server_cpu,
                .server_memory_bytes = after.server_memory_bytes,
                .load_cpu = after.load_cpu - before.load_cpu};
  driver.drain();
  if (const auto wrong = operations.disagreement(driver.started()); !wrong.empty()) {
    throw std::runtime_error("after " + std::to_string(driver.started()) + " operations " + wrong);
  }
  result.complete = true;
  result.in_order = true;  // no order is promised between outcomes
  return result;
}

}  // namespace fanfare::load
