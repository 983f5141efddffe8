// What the SDK itself costs for each message, without sockets and threads: from publish() to the frame and back from
// the acknowledgement to the callback, and from a frame of deliveries to the handler. The broker is made of encoded
// bytes.

#include <benchmark/benchmark.h>

#include <future>
#include <string>
#include <utility>
#include <variant>

#include "tests/unit/sdk/driven_client.hpp"

namespace fanfare::bench {
namespace {

using transport::test::DrivenClient;

constexpr int kPublishesPerFrame = 500;
constexpr int kRecordsPerFrame = 350;

template <class Publish>
void publish_frames(benchmark::State& state, const Publish& publish) {
  DrivenClient client;
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto each : state) {
    (void)each;
    for (int i = 0; i < kPublishesPerFrame; ++i) publish(client.core(), payload);
    client.send();
    client.acknowledge(kPublishesPerFrame);
  }
  state.SetItemsProcessed(state.iterations() * kPublishesPerFrame);
}

void publish_without_completion(benchmark::State& state) {
  publish_frames(state, [](transport::Core& core, const std::string& payload) {
    core.publish("bench.topic", payload, {}, std::monostate());
  });
}

void publish_with_callback(benchmark::State& state) {
  std::uint64_t acknowledged = 0;
  publish_frames(state, [&](transport::Core& core, const std::string& payload) {
    core.publish("bench.topic", payload, {},
                 Client::AckHandler([&acknowledged](const Outcome<Ack>& ack) { acknowledged += ack.ok(); }));
  });
  if (acknowledged != static_cast<std::uint64_t>(state.iterations() * kPublishesPerFrame)) {
    state.SkipWithError("acknowledgements are missing");
  }
}

void publish_with_future(benchmark::State& state) {
  publish_frames(state, [](transport::Core& core, const std::string& payload) {
    std::promise<Ack> promise;
    const auto future = promise.get_future();
    core.publish("bench.topic", payload, {}, std::move(promise));
  });
}

/// Args: bytes of a payload, topics that take turns.
void deliver(benchmark::State& state) {
  const auto topics = static_cast<std::uint32_t>(state.range(1));
  DrivenClient client;
  std::uint64_t handled = 0;
  const auto registration = client.subscribe("bench.*", [&handled](const Message&) { ++handled; });
  client.announce("bench.", topics);
  const auto frame =
      DrivenClient::delivery(kRecordsPerFrame, topics, std::string(static_cast<std::size_t>(state.range(0)), 'x'));
  for (auto each : state) {
    (void)each;
    client.receive(frame);
  }
  state.SetItemsProcessed(state.iterations() * kRecordsPerFrame);
  if (handled != static_cast<std::uint64_t>(state.iterations()) * kRecordsPerFrame) {
    state.SkipWithError("messages are missing");
  }
}

BENCHMARK(publish_without_completion)->ArgName("payload")->Arg(128)->Arg(1'024);
BENCHMARK(publish_with_callback)->ArgName("payload")->Arg(128);
BENCHMARK(publish_with_future)->ArgName("payload")->Arg(128);
BENCHMARK(deliver)->ArgNames({"payload", "topics"})->Args({128, 1})->Args({1'024, 1})->Args({128, 100});

}  // namespace
}  // namespace fanfare::bench

BENCHMARK_MAIN();
