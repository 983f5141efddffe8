// Whatever is published on $sys.metrics.>: what is taken keeps its bounds, can be reported again and is the same then,
// and each of its lines stands in a scrape as one line.
#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string_view>

#include "runtime/metrics/exposition.hpp"
#include "runtime/metrics/report.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanfare::runtime;
  const auto families = parse_report({reinterpret_cast<const char*>(data), size});
  if (!families) return 0;
  const ReportBounds bounds;
  if (families->size() > bounds.families) std::abort();
  std::size_t lines = 0;
  for (const Family& family : *families) {
    lines += 2;
    for (const Sample& sample : family.samples) {
      if (sample.labels.size() > bounds.labels) std::abort();
      lines += family.kind == MetricKind::kHistogram ? sample.distribution.buckets.size() + 3 : 1;
    }
  }
  if (parse_report(to_report(*families, bounds.bytes * 8), {.bytes = bounds.bytes * 8}) != families) std::abort();
  const std::array sources = {MetricsSource{"broker", "a", std::make_shared<const Families>(*families)}};
  const Exposition exposition = expose(sources);
  if (exposition.left_out != 0) std::abort();
  if (static_cast<std::size_t>(std::ranges::count(exposition.text, '\n')) != lines) std::abort();
  return 0;
}
