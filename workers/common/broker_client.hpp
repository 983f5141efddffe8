#pragma once
// How a worker connects to the broker: what it publishes fails rather than waits, and a handler that throws is a line
// of the log. A pure function; any thread.

#include <fanfare/client.hpp>

#include <string>

#include "runtime/config/config.hpp"
#include "runtime/logging/logger.hpp"

namespace fanfare::workers::common {

/// `log` outlives the client.
[[nodiscard]] ClientOptions broker_client(const runtime::Config& config, const std::string& name, runtime::Logger& log);

}  // namespace fanfare::workers::common
