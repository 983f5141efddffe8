#pragma once
// The figures of many processes as one page in the Prometheus text format, version 0.0.4. Pure functions; any thread.

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include "runtime/metrics/families.hpp"

namespace fanfare::runtime {

/// Whose figures they are; both become labels of each sample.
struct MetricsSource {
  std::string component;
  std::string instance;
  std::shared_ptr<const Families> families;
};

struct Exposition {
  std::string text;
  std::size_t left_out = 0;  ///< families that another source of the span has with another type, before it
};

/// Each family once, by name, with the help of the first source that has it. The sources differ in component or
/// instance, and their names and labels keep to names.hpp.
[[nodiscard]] Exposition expose(std::span<const MetricsSource> sources);

}  // namespace fanfare::runtime
