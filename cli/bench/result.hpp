#pragma once
// What a bench has found: a line of JSON for scripts, a few lines for people. A value.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/bench/bottleneck.hpp"
#include "cli/bench/histogram.hpp"
#include "cli/bench/settings.hpp"
#include "cli/bench/verdict.hpp"
#include "cli/format/json.hpp"

namespace fanfare::cli {

struct BenchResult {
  std::uint64_t messages = 0;
  std::chrono::nanoseconds time{};
  Histogram latency;                                    ///< nanoseconds
  std::optional<std::chrono::microseconds> broker_cpu;  ///< in that time; nullopt: it did not say
  std::optional<std::uint64_t> broker_memory;           ///< bytes, at the end
  std::chrono::nanoseconds load_cpu{};                  ///< of this process
  std::chrono::nanoseconds busiest_thread{};            ///< of this process
  std::size_t load_cores = 1;                           ///< that it may use
  std::chrono::nanoseconds behind{};                    ///< with a rate: how late a message was sent, at most
  Verdict verdict;
  std::string trouble;  ///< why it ended early; empty: it did not

  [[nodiscard]] bool complete() const { return verdict.complete() && trouble.empty(); }
  [[nodiscard]] double per_second() const;
  [[nodiscard]] std::optional<double> broker_share() const;  ///< of a core
  [[nodiscard]] double load_share() const;                   ///< of its cores, or of one for its busiest thread
};

/// How many copies of each message arrive.
[[nodiscard]] std::uint64_t copies(const BenchSettings& settings);

/// {work, system, size, publishers, subscribers, messages, seconds, messages_per_second, deliveries_per_second,
/// latency_us: {p50, p90, p99, p99_9, max} or null, server_cpu_us_per_message, server_memory_bytes, load_cpu_seconds,
/// bottleneck, complete, in_order}; what is not known is null.
[[nodiscard]] Json to_json(const BenchSettings& settings, const BenchResult& result);

[[nodiscard]] std::string describe(const BenchSettings& settings, const BenchResult& result);

}  // namespace fanfare::cli
