#pragma once
// The arguments of `fanfare bench`, and what they come to with the defaults of each work. Used on the main thread while
// the command line is parsed.

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/bench/settings.hpp"

namespace fanfare::cli {

inline constexpr std::uint64_t kMostBenchSessions = 1'000;
inline constexpr std::uint64_t kMostBenchSeconds = 86'400;
inline constexpr std::uint64_t kMostBenchRate = 100'000'000;
inline constexpr std::uint64_t kMostBenchInFlight = 10'000'000;

/// As given; 0 and empty: not given.
struct BenchArguments {
  std::string work;
  std::size_t size = 0;
  std::uint64_t publishers = 0;
  std::uint64_t subscribers = 0;
  std::uint64_t messages = 0;
  std::uint64_t seconds = 0;
  std::uint64_t rate = 0;
  std::uint64_t in_flight = 0;
  std::string topic;
  bool json = false;
};

/// Names of the works.
[[nodiscard]] std::vector<std::string> bench_works();

/// Throws CLI::ValidationError where they do not go together. Each call gives another `run`.
[[nodiscard]] BenchSettings settings_of(const BenchArguments& arguments);

}  // namespace fanfare::cli
