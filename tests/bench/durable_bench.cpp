// Durable publishes through the shipped broker, beside the bare disk in the same run: one publisher with the SDK, 128
// B, one at a time and 1,000 under way. FANFARE_BENCH_FOLDER names the disk. docs/benchmarks.md has figures.

#include <benchmark/benchmark.h>
#include <fanfare/client.hpp>

#include <condition_variable>
#include <mutex>

#include "tests/bench/bare_disk.hpp"
#include "tests/bench/bench_folder.hpp"
#include "tests/integration/sdk/broker_process.hpp"

namespace fanfare::bench {
namespace {

using namespace std::chrono_literals;

/// How many publishes are under way, and a wait until there is room.
class Window {
 public:
  explicit Window(std::size_t size) : size_(size) {}

  void enter() {
    std::unique_lock lock(mutex_);
    if (!changed_.wait_for(lock, 30s, [this] { return under_way_ < size_; }))
      throw std::runtime_error("no acknowledgement");
    ++under_way_;
  }
  void leave(bool ok) {
    const std::lock_guard lock(mutex_);
    --under_way_;
    failed_ = failed_ || !ok;
    if (under_way_ + 1 == size_ || under_way_ == 0) changed_.notify_all();
  }
  /// False when one of them failed.
  bool drain() {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, 30s, [this] { return under_way_ == 0; }) && !failed_;
  }

 private:
  const std::size_t size_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t under_way_ = 0;
  bool failed_ = false;
};

/// Args: publishes under way, bytes of a payload.
void durable_publish(benchmark::State& state) {
  const BenchFolder folder;
  const auto address = "ipc://" + (folder.path() / "broker.sock").string();
  const test::BrokerProcess broker(address, folder.path());
  auto client = Client::connect({.address = address, .name = "bench"});
  if (!client.wait_ready(10s)) return state.SkipWithError("no broker");
  const std::string payload(static_cast<std::size_t>(state.range(1)), 'x');
  Window window(static_cast<std::size_t>(state.range(0)));
  for (auto each : state) {
    (void)each;
    window.enter();
    client.publish("chat.bench", payload, {}, [&window](const Outcome<Ack>& ack) { window.leave(ack.ok()); });
  }
  if (!window.drain()) state.SkipWithError("a publish failed");
  state.SetItemsProcessed(state.iterations());
}

/// A write of as much as one such publish takes in a segment, and a sync.
void bare_commit(benchmark::State& state) {
  const BenchFolder folder;
  BareDisk disk(folder.path() / "bare");
  const std::string bytes(320, 'x');
  for (auto each : state) {
    (void)each;
    disk.commit(bytes);
  }
  state.SetItemsProcessed(state.iterations());
}

/// What the way there and back takes: an ephemeral publish and its acknowledgement.
void round_trip(benchmark::State& state) {
  const BenchFolder folder;
  const auto address = "ipc://" + (folder.path() / "broker.sock").string();
  const test::BrokerProcess broker(address, folder.path());
  auto client = Client::connect({.address = address, .name = "bench"});
  if (!client.wait_ready(10s)) return state.SkipWithError("no broker");
  const std::string payload(128, 'x');
  for (auto each : state) {
    (void)each;
    client.publish("bench.ephemeral", payload).get();
  }
  state.SetItemsProcessed(state.iterations());
}

BENCHMARK(bare_commit)->UseRealTime();
BENCHMARK(round_trip)->UseRealTime();
BENCHMARK(durable_publish)
    ->ArgNames({"under_way", "payload"})
    ->Args({1, 128})
    ->Args({1'000, 128})
    ->Args({10'000, 128})
    ->Args({1'000, 1'024})
    ->UseRealTime();

}  // namespace
}  // namespace fanfare::bench

BENCHMARK_MAIN();
