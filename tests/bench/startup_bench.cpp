// How long a journal takes to open, and what its topics take in memory:
//   startup_bench [GIGABYTES TOPICS]     10 1000000
// The ids of the deduplication window are full. It writes the journal first; FANFARE_BENCH_FOLDER names the disk.

#include <malloc.h>

#include <charconv>
#include <cstdio>
#include <fstream>

#include "broker/core/core.hpp"
#include "tests/bench/bench_folder.hpp"
#include "tests/bench/bench_journal.hpp"

namespace fanfare::bench {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kBatch = 2'000;
constexpr std::size_t kPayload = 900;

double seconds_since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

/// Of this process, in bytes.
std::size_t resident() {
  std::size_t total = 0;
  std::size_t pages = 0;
  std::ifstream("/proc/self/statm") >> total >> pages;
  return pages * static_cast<std::size_t>(::sysconf(_SC_PAGESIZE));
}

std::uint64_t fill(const std::filesystem::path& folder, std::uint64_t bytes, std::uint32_t topics) {
  BenchJournal journal(folder, topics);
  std::uint64_t records = 0;
  for (std::uint64_t written = 0; written < bytes || records < topics; records += kBatch) {
    auto batch = make_batch(records, kBatch, kPayload, topics, BenchJournal::now());
    written += batch.records->size();
    journal.append(std::move(batch));
    journal.wait(4);
  }
  // Small ones at the end, so that a million ids lie within the last two minutes.
  for (std::uint32_t i = 0; i < 1'000'000 / kBatch; ++i, records += kBatch) {
    journal.append(make_batch(records, kBatch, 16, topics, BenchJournal::now()));
    journal.wait(4);
  }
  journal.wait(0);
  return records;
}

class NoEffects final : public broker::core::Effects {
 public:
  void send(broker::core::ConnectionId, broker::core::SharedFrame) override {}
  void session_opened(broker::core::ConnectionId, std::string_view) override {}
  void session_closed(broker::core::ConnectionId, std::string_view, std::string_view) override {}
  void fenced(std::string_view, std::string_view) override {}
};

void measure(const std::filesystem::path& folder, std::uint32_t topics) {
  ::malloc_trim(0);
  const auto before = resident();
  const auto begin = Clock::now();
  BenchJournal journal(folder, 0);
  const auto opened = seconds_since(begin);
  const auto with_journal = resident();
  NoEffects effects;
  broker::core::Settings settings;
  settings.streams = {{"bench", {"bench.>"}}};
  const broker::core::Core core(settings, [] { return id_of(1); }, *journal, effects,
                                {.steady = {}, .clock = BenchJournal::now()});
  const auto all = seconds_since(begin);
  const auto with_core = resident();
  std::printf("opened in %.3f s, the core on it in %.3f s\n", opened, all);
  std::printf("memory: journal %.1f MiB, core %.1f MiB; %.0f bytes for each of %u topics in all, ids included\n",
              static_cast<double>(with_journal - before) / (1 << 20),
              static_cast<double>(with_core - with_journal) / (1 << 20),
              static_cast<double>(with_core - before) / topics, topics);
}

std::uint64_t number(const char* text) {
  std::uint64_t value = 0;
  const auto* const end = text + std::string_view(text).size();
  if (std::from_chars(text, end, value).ptr != end || value == 0) throw std::runtime_error("expected a number");
  return value;
}

}  // namespace
}  // namespace fanfare::bench

int main(int argc, char** argv) {
  try {
    const auto gigabytes = argc > 1 ? fanfare::bench::number(argv[1]) : 10;
    const auto topics = static_cast<std::uint32_t>(argc > 2 ? fanfare::bench::number(argv[2]) : 1'000'000);
    const fanfare::bench::BenchFolder folder;
    const auto begin = fanfare::bench::Clock::now();
    const auto records = fanfare::bench::fill(folder.path(), gigabytes << 30U, topics);
    std::printf("%llu records written in %.1f s\n", static_cast<unsigned long long>(records),
                fanfare::bench::seconds_since(begin));
    fanfare::bench::measure(folder.path(), topics);
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "startup_bench: %s\n", error.what());
    return 1;
  }
}
