#pragma once
// Which of what is enabled one `fanfare up` runs: --only and --except, names of components and plug-ins.
// Values and pure functions.

#include <string>
#include <string_view>
#include <vector>

#include "runtime/config/config.hpp"

namespace fanfare::cli {

struct Selection {
  std::vector<std::string> only;    ///< empty: all
  std::vector<std::string> except;  ///< of these none

  [[nodiscard]] bool takes(std::string_view component) const;
};

/// Throws CommandFailure (wrong usage) if it names what is not enabled, and lists what is, or if nothing is left.
void check_selection(const Selection& selection, const runtime::Config& config);

}  // namespace fanfare::cli
