#pragma once
// What a figure and its labels may be called. Pure functions; any thread.

#include <optional>
#include <string>
#include <string_view>

#include "runtime/metrics/families.hpp"

namespace fanfare::runtime {

/// What is wrong with a name, if anything: it begins with `fanfare_`, is in base units, and ends in `_total` if it is a
/// counter.
std::optional<std::string> metric_name_problem(std::string_view name, MetricKind kind);

/// Whether a component may use it: the labels that a scrape adds (`component`, `instance`, `le`) are not among them.
bool is_label_name(std::string_view name);

}  // namespace fanfare::runtime
