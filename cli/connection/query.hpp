#pragma once
// What the broker says of itself, asked while signals are watched. Called on the main thread.

#include <fanfare/client.hpp>

#include <chrono>
#include <vector>

#include "cli/waiter.hpp"

namespace fanfare::cli {

/// Throws Error, or CommandFailure after a signal.
std::vector<Headers> query(Client& client, Waiter& waiter, QueryKind kind,
                           std::chrono::milliseconds timeout = std::chrono::seconds(2));

}  // namespace fanfare::cli
