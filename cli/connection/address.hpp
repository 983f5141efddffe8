#pragma once
// Which broker a command talks to: --server, else FANFARE_BROKER_ADDRESS, else where the configuration lets the broker
// listen. Pure but for reading the configuration; main thread, before the client exists.

#include <string>

#include "runtime/config/reader.hpp"

namespace fanfare::cli {

/// `server` is the option's value, empty if it wasn't given. Throws CommandFailure (wrong usage) if the address is
/// none, or if the configuration has to be asked and is wrong.
std::string broker_address(const std::string& server, const runtime::LoadOptions& options = {});

/// Throws CommandFailure with all the lines.
runtime::LoadedConfig load_or_fail(const runtime::LoadOptions& options);

}  // namespace fanfare::cli
