#pragma once
// From the configuration to what the core is told, and the checks that need to know topics. Pure functions; any thread.

#include <string>
#include <vector>

#include "broker/core/settings.hpp"
#include "broker/journal/options.hpp"
#include "runtime/config/config.hpp"
#include "runtime/service/service.hpp"

namespace fanfare::broker::server {

[[nodiscard]] core::Settings core_settings(const runtime::Config& config);

/// Where the journal lies and how each stream is kept; the core numbers its streams in the same order. What belongs to
/// the process – clock, chance, waking – is the caller's to set.
[[nodiscard]] journal::Options journal_options(const runtime::Config& config);

/// What the broker refuses: stream patterns that are none or overlap, an address beyond this machine without keys.
[[nodiscard]] runtime::ConfigCheck config_check();

/// Whether only this machine reaches `address` (`tcp://HOST:PORT`, `ipc://PATH`).
[[nodiscard]] bool is_local(const std::string& address);

}  // namespace fanfare::broker::server
