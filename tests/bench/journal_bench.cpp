// The journal beside the bare disk, in one run: `write + fdatasync` of as many bytes in as many batches, on files whose
// blocks were written before. FANFARE_BENCH_FOLDER names the disk. docs/benchmarks.md has figures.

#include <benchmark/benchmark.h>

#include <vector>

#include "tests/bench/bare_disk.hpp"
#include "tests/bench/bench_folder.hpp"
#include "tests/bench/bench_journal.hpp"

namespace fanfare::bench {
namespace {

constexpr std::uint32_t kTopics = 100;
constexpr std::uint64_t kSegment = 64U << 20U;

/// What a batch of records takes in a segment: header, table and records, up to the next multiple of 64.
std::size_t bytes_on_disk(const broker::core::Batch& batch) {
  return (80 + 16 * std::size_t{batch.count} + batch.records->size() + 63) / 64 * 64;
}

/// A journal that has been through all its files once: from now on it writes to recycled ones.
std::unique_ptr<BenchJournal> recycling_journal(const std::filesystem::path& folder) {
  auto journal = std::make_unique<BenchJournal>(folder, kTopics, [](broker::journal::Options& options) {
    options.segment_bytes = kSegment;
    options.streams.front().max_size = 2 * kSegment;
    options.retention_interval = std::chrono::milliseconds(10);
  });
  std::uint64_t written = 0;
  for (std::uint64_t number = 1; written < 5 * kSegment; number += 1'000) {
    auto batch = make_batch(number, 1'000, 1'024, kTopics, BenchJournal::now());
    written += bytes_on_disk(batch);
    journal->append(std::move(batch));
    journal->wait(2);
  }
  journal->wait(0);
  return journal;
}

void report(benchmark::State& state, std::size_t bytes) {
  const auto records = state.iterations() * state.range(0);
  state.SetItemsProcessed(records);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(bytes));
}

/// Args: records a batch, bytes of a payload.
void bare_disk(benchmark::State& state) {
  const BenchFolder folder;
  BareDisk disk(folder.path() / "bare");
  const auto count = static_cast<std::uint32_t>(state.range(0));
  const auto size = bytes_on_disk(make_batch(1, count, static_cast<std::size_t>(state.range(1)), kTopics, 0));
  const std::string bytes(size, 'x');
  for (auto each : state) {
    (void)each;
    disk.commit(bytes);
  }
  report(state, size);
}

/// Args: records a batch, bytes of a payload, batches under way.
void journal(benchmark::State& state) {
  const BenchFolder folder;
  const auto journal = recycling_journal(folder.path() / "journal");
  const auto count = static_cast<std::uint32_t>(state.range(0));
  const auto payload = static_cast<std::size_t>(state.range(1));
  const auto under_way = static_cast<std::size_t>(state.range(2));
  const auto fresh = make_batch(1'000'000'000, count, payload, kTopics, BenchJournal::now());
  std::vector<broker::core::Batch> batches(under_way, fresh);
  for (auto& batch : batches) batch.records = std::make_shared<std::string>(*fresh.records);
  std::size_t turn = 0;
  for (auto each : state) {
    (void)each;
    journal->wait(under_way - 1);
    auto& batch = batches[turn];
    turn = (turn + 1) % under_way;
    // Making records is the core's work. It is not counted where the disk stands still meanwhile.
    if (under_way == 1) state.PauseTiming();
    batch.records->assign(*fresh.records);
    if (under_way == 1) state.ResumeTiming();
    journal->append(batch);
  }
  journal->wait(0);
  report(state, bytes_on_disk(fresh));
}

BENCHMARK(bare_disk)
    ->ArgNames({"records", "payload"})
    ->Args({1'000, 128})
    ->Args({1'000, 1'024})
    ->Args({1, 128})
    ->UseRealTime();
BENCHMARK(journal)
    ->ArgNames({"records", "payload", "under_way"})
    ->Args({1'000, 128, 1})
    ->Args({1'000, 128, 2})
    ->Args({1'000, 1'024, 1})
    ->Args({1'000, 1'024, 2})
    ->Args({1, 128, 1})
    ->UseRealTime();

}  // namespace
}  // namespace fanfare::bench

BENCHMARK_MAIN();
