#pragma once
// A client that is connected, or a failure that says what to do, within five seconds.
// Called on the main thread.

#include <fanfare/client.hpp>

#include <cstdint>
#include <string>

#include "cli/waiter.hpp"

namespace fanfare::cli {

/// Whether standard error is told that the connection was lost and came back: for commands that stay.
enum class StateReports : std::uint8_t { kQuiet, kOnStandardError };

/// `command` is the name the broker shows for this client, after "fanfare-". Throws CommandFailure when no broker is
/// there, it refuses this client, or a signal came. `waiter` has to outlive the client.
Client connect(const std::string& address, const std::string& command, Waiter& waiter,
               StateReports reports = StateReports::kQuiet);

/// "no broker at tcp://127.0.0.1:7410 – start one with `fanfare up`"
std::string no_broker_at(const std::string& address);

}  // namespace fanfare::cli
