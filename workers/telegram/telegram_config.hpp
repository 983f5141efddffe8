#pragma once
// What fanfare-telegram needs of its configuration and the table of settings can't check: the form of the token, of
// addresses and of the webhook's secret. A pure function; any thread.

#include <vector>

#include "runtime/config/reader.hpp"

namespace fanfare::workers::telegram {

/// Never repeats a secret.
[[nodiscard]] std::vector<runtime::Complaint> check_telegram(const runtime::Config& config);

}  // namespace fanfare::workers::telegram
