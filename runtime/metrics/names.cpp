#include "runtime/metrics/names.hpp"

#include <algorithm>
#include <array>

namespace fanfare::runtime {
namespace {

bool is_lower_digit_or_underscore(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_'; }

}  // namespace

std::optional<std::string> metric_name_problem(std::string_view name, MetricKind kind) {
  constexpr std::array<std::string_view, 9> kScaledUnits = {"_ms",      "_milliseconds", "_us",  "_microseconds", "_ns",
                                                            "_minutes", "_kilobytes",    "_kib", "_mib"};
  constexpr std::array<std::string_view, 3> kOfHistograms = {"_bucket", "_sum", "_count"};
  constexpr std::size_t kLongest = 100;
  if (!name.starts_with("fanfare_")) return "must begin with fanfare_";
  if (name.size() > kLongest) return "must have at most 100 characters";
  if (!std::ranges::all_of(name, is_lower_digit_or_underscore)) return "may hold a-z, 0-9 and _ only";
  const bool is_total = name.ends_with("_total");
  if (is_total != (kind == MetricKind::kCounter)) return "must end in _total if, and only if, it is a counter";
  const std::string_view stem = is_total ? name.substr(0, name.size() - 6) : name;
  const auto ends = [stem](std::string_view suffix) { return stem.ends_with(suffix); };
  if (std::ranges::any_of(kScaledUnits, ends)) return "must be in base units: seconds or bytes";
  if (std::ranges::any_of(kOfHistograms, ends)) return "must not end in what histograms add: _bucket, _sum, _count";
  return std::nullopt;
}

bool is_label_name(std::string_view name) {
  constexpr std::array<std::string_view, 3> kAdded = {"component", "instance", "le"};
  constexpr std::size_t kLongest = 64;
  return !name.empty() && name.size() <= kLongest && name.front() >= 'a' && name.front() <= 'z' &&
         std::ranges::all_of(name, is_lower_digit_or_underscore) && std::ranges::find(kAdded, name) == kAdded.end();
}

}  // namespace fanfare::runtime
