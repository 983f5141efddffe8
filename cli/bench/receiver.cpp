#include "cli/bench/receiver.hpp"

#include <utility>

#include "cli/bench/stamp.hpp"
#include "cli/connection/connect.hpp"
#include "cli/exit_code.hpp"

namespace fanfare::cli {

Receiver::Receiver(BenchContext& context, const From& from, Arrived arrived)
    : context_(context),
      arrived_(std::move(arrived)),
      check_(context.settings.publishers),
      client_(connect(context.address, "bench", context.waiter)) {
  const auto on_gap = [&trouble = context.trouble](const Gap& gap) {
    const bool too_fast = gap.reason == GapReason::overflow;
    trouble.report("the broker left messages out (" + std::string(to_string(gap.reason)) + ")" +
                   (too_fast ? ": less --in-flight would fit into its limits.outbox" : ""));
  };
  subscription_.emplace(
      client_.subscribe(pattern_of(context.settings), [this](const Message& message) { take(message); },
                        {.from = from, .on_gap = on_gap, .on_ready = [&waiter = context.waiter] { waiter.wake(); }}));
  await_ready(context.waiter, *subscription_);
}

void Receiver::end() {
  subscription_.reset();
  client_.close(context_.goodbye());
}

void Receiver::take(const Message& message) {
  const auto stamp = read_stamp(message.payload);
  if (!stamp || stamp->publisher >= context_.settings.publishers || message.payload.size() != context_.settings.size) {
    return context_.trouble.report("a message arrived that nobody sent: " + std::string(message.topic));
  }
  check_.take(stamp->publisher, stamp->sequence);
  if (stamp->sent != 0 && context_.measuring.load(std::memory_order_acquire)) {
    latency_.add(static_cast<std::uint64_t>(bench_clock() - stamp->sent));
  }
  arrived_(stamp->publisher, check_.next(stamp->publisher));
}

void await_ready(Waiter& waiter, const Registered& registered) {
  constexpr std::chrono::seconds kPatience{5};
  constexpr std::chrono::milliseconds kTick{2};
  const auto ready = registered.ready();
  const auto is_settled = [&ready] { return ready.wait_for(std::chrono::seconds(0)) == std::future_status::ready; };
  const auto deadline = Clock::now() + kPatience;
  while (!is_settled()) {  // a refusal does not wake the waiter
    const WaitEnd end = waiter.wait(Clock::now() + kTick, is_settled);
    if (end == WaitEnd::kSignaled) throw CommandFailure("", kInterrupted);
    if (end == WaitEnd::kDeadline && Clock::now() > deadline) throw CommandFailure("the broker does not answer");
  }
  ready.get();
}

}  // namespace fanfare::cli
