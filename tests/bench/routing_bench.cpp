// Who gets a message and what waits for each: the match of a topic that is not cached, and the outbox.

#include <benchmark/benchmark.h>

#include <memory>
#include <string>

#include "broker/core/outbox.hpp"
#include "broker/core/subscription_index.hpp"
#include "protocol/record.hpp"

namespace fanfare::bench {
namespace {

using broker::core::DeliveryBatch;
using broker::core::Outbox;
using broker::core::SharedFrame;
using broker::core::SubscriptionIndex;

/// One of so many patterns matches; a tenth of the others has a wildcard.
void match_one(benchmark::State& state) {
  SubscriptionIndex index;
  index.add("orders.eu.created.7", 1);
  for (std::uint32_t i = 1; i < static_cast<std::uint32_t>(state.range(0)); ++i) {
    const auto number = std::to_string(i);
    index.add(i % 10 == 0 ? "stock." + number + ".*.changed" : "orders." + number + ".created", i + 1);
  }
  for (auto each : state) {
    (void)each;
    benchmark::DoNotOptimize(index.match("orders.eu.created.7"));
  }
  state.SetItemsProcessed(state.iterations());
}

/// All of so many patterns match.
void match_all(benchmark::State& state) {
  SubscriptionIndex index;
  for (std::uint32_t i = 0; i < static_cast<std::uint32_t>(state.range(0)); ++i) index.add("orders.>", i + 1);
  for (auto each : state) {
    (void)each;
    benchmark::DoNotOptimize(index.match("orders.eu.created.7"));
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

/// A batch of 100 messages is pushed, sent and confirmed. Args: bytes of a payload.
void outbox(benchmark::State& state) {
  constexpr std::uint32_t kMessages = 100;
  const auto topic = std::make_shared<broker::core::Topic>();
  topic->name = "bench.one";
  topic->number = 1 | protocol::kEphemeralTopic;
  const auto batch = std::make_shared<DeliveryBatch>(protocol::kNoStream, Uuid{});
  const std::string content(static_cast<std::size_t>(state.range(0)), 'x');
  for (std::uint32_t i = 0; i < kMessages; ++i) {
    protocol::append_record(batch->bytes(), {.topic = topic->number, .publisher = "local"}, 0, 0, content);
    batch->added(topic, 0);
  }
  batch->seal(0);
  constexpr std::uint64_t kWindow = 1U << 20U;
  Outbox waiting(16U << 20U);
  waiting.begin(kWindow);
  std::uint64_t sent = 0;
  const std::function<void(SharedFrame)> send = [&](const SharedFrame& frame) { sent += frame->size(); };
  std::uint64_t received = 0;
  for (auto each : state) {
    (void)each;
    waiting.push_batch(batch);
    waiting.flush(send);
    ++received;
    if (!waiting.credit(received, received * batch->command().size() + kWindow)) state.SkipWithError("credit refused");
  }
  benchmark::DoNotOptimize(sent);
  state.SetItemsProcessed(state.iterations() * kMessages);
}

BENCHMARK(match_one)->ArgName("patterns")->Arg(1)->Arg(1'000)->Arg(100'000);
BENCHMARK(match_all)->ArgName("patterns")->Arg(1)->Arg(50)->Arg(1'000);
BENCHMARK(outbox)->ArgName("payload")->Arg(16)->Arg(128)->Arg(1'024);

}  // namespace
}  // namespace fanfare::bench

BENCHMARK_MAIN();
