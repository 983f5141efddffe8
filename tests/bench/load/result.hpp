#pragma once
// What a run has found, as one line of JSON; `fanfare bench --json` prints the same. Plain data; any thread.

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "cli/bench/histogram.hpp"
#include "tests/bench/load/work.hpp"

namespace fanfare::load {

struct Result {
  std::uint64_t messages = 0;    ///< that reached every subscriber within the measured time
  std::uint64_t deliveries = 0;  ///< the same counted at each subscriber
  std::chrono::duration<double> seconds{0};
  std::optional<cli::Histogram> latency;  ///< nanoseconds
  std::chrono::microseconds server_cpu{0};
  std::uint64_t server_memory_bytes = 0;
  std::chrono::microseconds load_cpu{0};
  double available_share = 1;  ///< of a core, that each side could have at most
  bool complete = false;       ///< every message that was published has reached everybody, once
  bool in_order = false;
};

/// Without a line end.
[[nodiscard]] std::string to_json(const Work& work, const Result& result);

/// "server" or "load": it kept its core busy while the other one had time; "both"; "neither".
[[nodiscard]] std::string_view bottleneck_of(const Result& result);

}  // namespace fanfare::load
