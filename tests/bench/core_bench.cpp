// What a message costs the core, from the publisher's frame to the subscribers' frames, without sockets and disk:
// frames of 100 PUBLISHes. `items` are messages, `deliveries` what subscribers are handed.

#include <benchmark/benchmark.h>

#include <stdexcept>

#include "tests/bench/loaded_core.hpp"

namespace fanfare::bench {
namespace {

constexpr std::uint32_t kMessages = 100;         // of a frame
constexpr std::size_t kTurnBytes = 256U << 10U;  // of frames between two settles, as under load

/// Turns until the benchmark has enough.
void run(benchmark::State& state, LoadedCore& core, std::vector<PublishFrame> frames, std::size_t turn = 0) {
  if (turn == 0) turn = kTurnBytes / frames.front().size();
  std::size_t next = 0;
  const auto published = core.counters().messages_published;
  const auto delivered = core.counters().messages_delivered;
  for (auto each : state) {
    (void)each;
    core.turn(frames[next], turn);
    next = next + 1 == frames.size() ? 0 : next + 1;
  }
  if (core.sessions_closed() > 0) throw std::logic_error("a session ended");
  const auto messages = core.counters().messages_published - published;
  state.SetItemsProcessed(static_cast<std::int64_t>(messages));
  state.counters["deliveries"] = benchmark::Counter(static_cast<double>(core.counters().messages_delivered - delivered),
                                                    benchmark::Counter::kIsRate);
}

std::vector<PublishFrame> one_topic(std::size_t payload) { return {PublishFrame(kMessages, payload, 1, 1)}; }

void nobody_listens(benchmark::State& state) {
  LoadedCore core;
  core.name_topic(1, "bench.one");
  run(state, core, one_topic(static_cast<std::size_t>(state.range(0))));
}

/// Args: payload, subscribers, frames between two settles (0: as under load).
void same_pattern(benchmark::State& state) {
  LoadedCore core;
  core.name_topic(1, "bench.one");
  for (int i = 0; i < state.range(1); ++i) core.subscriber({"bench.>"});
  run(state, core, one_topic(static_cast<std::size_t>(state.range(0))), static_cast<std::size_t>(state.range(2)));
}

/// Each subscriber has a pattern of its own beside the common one. Args: payload, subscribers.
void different_patterns(benchmark::State& state) {
  LoadedCore core;
  core.name_topic(1, "bench.one");
  for (int i = 0; i < state.range(1); ++i) core.subscriber({"bench.>", "other." + std::to_string(i)});
  run(state, core, one_topic(static_cast<std::size_t>(state.range(0))));
}

/// Args: topics a publisher goes round, subscribers (one of each pattern `bench.*`).
void many_topics(benchmark::State& state) {
  LoadedCore core;
  const auto topics = static_cast<std::uint32_t>(state.range(0));
  for (std::uint32_t i = 0; i < topics; ++i) core.name_topic(i, "bench." + std::to_string(i));
  core.subscriber({"bench.*"});
  std::vector<PublishFrame> frames;
  for (std::uint32_t first = 0; first < topics; first += kMessages) {
    frames.emplace_back(kMessages, 128, first, std::min(kMessages, topics - first));
  }
  run(state, core, std::move(frames));
}

/// Through the stream and its commit. Args: payload, subscribers.
void stored(benchmark::State& state) {
  LoadedCore core;
  core.name_topic(1, "kept.one");
  for (int i = 0; i < state.range(1); ++i) core.subscriber({"kept.>"});
  run(state, core, one_topic(static_cast<std::size_t>(state.range(0))));
}

BENCHMARK(nobody_listens)->ArgName("payload")->Arg(128);
BENCHMARK(same_pattern)
    ->ArgNames({"payload", "subscribers", "frames"})
    ->Args({128, 1, 0})
    ->Args({128, 1, 1})
    ->Args({128, 50, 0})
    ->Args({1'024, 1, 0})
    ->Args({1'024, 50, 0});
BENCHMARK(different_patterns)->ArgNames({"payload", "subscribers"})->Args({128, 50})->Args({1'024, 50});
BENCHMARK(many_topics)->ArgName("topics")->Arg(1)->Arg(100)->Arg(10'000)->Arg(60'000);
BENCHMARK(stored)->ArgNames({"payload", "subscribers"})->Args({128, 0})->Args({128, 1})->Args({1'024, 1});

}  // namespace
}  // namespace fanfare::bench

BENCHMARK_MAIN();
