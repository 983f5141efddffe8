// What a program gets of the SDK through the shipped broker, over ipc: publishes and deliveries a second with the CPU
// time this process takes for each, and how long a publish, a delivery and a request take there and back.

#include <benchmark/benchmark.h>
#include <sys/resource.h>
#include <fanfare/client.hpp>

#include <atomic>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <stdexcept>
#include <string>

#include "tests/bench/bench_folder.hpp"
#include "tests/integration/sdk/broker_process.hpp"

namespace fanfare::bench {
namespace {

using namespace std::chrono_literals;

constexpr std::uint64_t kMostBehind = 10'000;

class Broker {
 public:
  [[nodiscard]] Client connect() const {
    auto client = Client::connect({.address = address_, .name = "bench", .max_in_flight_bytes = 4U << 20U});
    if (!client.wait_ready(10s)) throw std::runtime_error("no broker");
    return client;
  }

 private:
  BenchFolder folder_;
  std::string address_ = "ipc://" + (folder_.path() / "broker.sock").string();
  test::BrokerProcess process_{address_, folder_.path()};
};

/// User and system time of this process.
double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

void report(benchmark::State& state, double cpu_before) {
  state.SetItemsProcessed(state.iterations());
  state.counters["cpu_ns"] = (cpu_seconds() - cpu_before) * 1e9 / static_cast<double>(state.iterations());
}

/// Counts what has come, and lets one wait for it.
class Tally {
 public:
  void add() {
    if (++count_ != awaited_) return;
    const std::lock_guard lock(mutex_);
    changed_.notify_all();
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  void wait_for(std::uint64_t count) {
    std::unique_lock lock(mutex_);
    awaited_ = count;
    if (!changed_.wait_for(lock, 60s, [&] { return count_ >= count; }))
      throw std::runtime_error("messages are missing");
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::atomic<std::uint64_t> count_{0};
  std::atomic<std::uint64_t> awaited_{0};
};

/// One client publishes as fast as it can. Args: bytes of a payload.
void publish_rate(benchmark::State& state) {
  const Broker broker;
  auto client = broker.connect();
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  Tally acknowledged;
  const auto before = cpu_seconds();
  for (auto each : state) {
    (void)each;
    client.publish("bench.topic", payload, {}, [&](const Outcome<Ack>& ack) {
      if (ack.ok()) acknowledged.add();
    });
  }
  acknowledged.wait_for(static_cast<std::uint64_t>(state.iterations()));
  report(state, before);
}

/// One client publishes as fast as it can, another one receives. Args: bytes of a payload.
void publish_and_receive_rate(benchmark::State& state) {
  const Broker broker;
  auto subscriber = broker.connect();
  auto publisher = broker.connect();
  Tally received;
  const auto subscription = subscriber.subscribe("bench.topic", [&](const Message&) { received.add(); });
  if (!subscription.wait_ready(10s)) return state.SkipWithError("no subscription");
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  const auto before = cpu_seconds();
  std::uint64_t sent = 0;
  for (auto each : state) {
    (void)each;
    publisher.publish("bench.topic", payload, {}, [](const Outcome<Ack>&) {});
    // The broker would drop what a subscriber is too far behind with.
    if (++sent - received.count() > kMostBehind) received.wait_for(sent - kMostBehind / 2);
  }
  received.wait_for(sent);
  report(state, before);
}

/// A publish and its acknowledgement, one at a time.
void publish_round_trip(benchmark::State& state) {
  const Broker broker;
  auto client = broker.connect();
  const std::string payload(128, 'x');
  const auto before = cpu_seconds();
  for (auto each : state) {
    (void)each;
    client.publish("bench.topic", payload).get();
  }
  report(state, before);
}

/// From one client's publish() to another one's handler, one at a time.
void delivery_latency(benchmark::State& state) {
  const Broker broker;
  auto subscriber = broker.connect();
  auto publisher = broker.connect();
  Tally received;
  const auto subscription = subscriber.subscribe("bench.topic", [&](const Message&) { received.add(); });
  if (!subscription.wait_ready(10s)) return state.SkipWithError("no subscription");
  const std::string payload(128, 'x');
  const auto before = cpu_seconds();
  std::uint64_t sent = 0;
  for (auto each : state) {
    (void)each;
    publisher.publish("bench.topic", payload, {}, [](const Outcome<Ack>&) {});
    received.wait_for(++sent);
  }
  report(state, before);
}

/// Requests and their replies. Args: requests under way.
void requests(benchmark::State& state) {
  const Broker broker;
  auto service = broker.connect();
  auto caller = broker.connect();
  const auto serving = service.serve(
      "bench.echo", [](const Request& request) { return Reply{.payload = std::string(request.payload)}; });
  if (!serving.wait_ready(10s)) return state.SkipWithError("no service");
  const std::string payload(128, 'x');
  const auto under_way = static_cast<std::size_t>(state.range(0));
  std::deque<std::future<Reply>> replies;
  const auto before = cpu_seconds();
  for (auto each : state) {
    (void)each;
    replies.push_back(caller.request("bench.echo", payload, 10s));
    if (replies.size() < under_way) continue;
    replies.front().get();
    replies.pop_front();
  }
  for (auto& reply : replies) reply.get();
  report(state, before);
}

BENCHMARK(publish_rate)->ArgName("payload")->Arg(128)->Arg(1'024)->UseRealTime();
BENCHMARK(publish_and_receive_rate)->ArgName("payload")->Arg(128)->Arg(1'024)->UseRealTime();
BENCHMARK(publish_round_trip)->UseRealTime();
BENCHMARK(delivery_latency)->UseRealTime();
BENCHMARK(requests)->ArgName("under_way")->Arg(1)->Arg(64)->UseRealTime();

}  // namespace
}  // namespace fanfare::bench

BENCHMARK_MAIN();
