#pragma once
// Figures as JSON, as a component publishes them on `$sys.metrics.<component>.<instance>`
// (protocol/schemas/metrics.json), and back. What is read comes from strangers: it is taken whole or not at all, and
// what is taken could stand in a scrape as it is. Pure functions; any thread.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/metrics/families.hpp"

namespace fanfare::runtime {

/// Of one report.
struct ReportBounds {
  std::size_t bytes = 1U << 20U;
  std::size_t families = 256;
  std::size_t samples = 20'000;  ///< in all families together
  std::size_t labels = 8;        ///< of a sample
  std::size_t label_bytes = 512;
  std::size_t help_bytes = 500;
  std::size_t buckets = 64;  ///< of a histogram
};

/// Families that no longer fit into `max_bytes` or the bounds are left out whole, so put what matters first. A figure
/// that is no number (NaN, infinite) is left out too: JSON has none.
[[nodiscard]] std::string to_report(const Families& families, std::size_t max_bytes = ReportBounds{}.bytes);

[[nodiscard]] std::optional<Families> parse_report(std::string_view json, const ReportBounds& bounds = {});

}  // namespace fanfare::runtime
