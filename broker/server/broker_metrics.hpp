#pragma once
// The figures of the broker as families of the metrics (docs/operations.md lists them). Pure; any thread.

#include "broker/core/figures.hpp"
#include "runtime/metrics/families.hpp"

namespace fanfare::broker::server {

/// What matters most first: what does not fit into a report is left out from the end. Of the drops per session and
/// pattern at most a thousand are told apart, the rest stands under the session `other`.
[[nodiscard]] runtime::Families families_of(const core::Figures& figures);

}  // namespace fanfare::broker::server
