#include "cli/bench/receiver.hpp"

#include <utility>

#include "cli/bench/stamp.hpp"
#include "cli/connection/await.hpp"
#include "cli/connection/connect.hpp"

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

}  // namespace fanfare::cli
