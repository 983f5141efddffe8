#pragma once
// A request that waits for its reply while signals are watched. Called on the main thread.

#include <fanfare/client.hpp>

#include <chrono>
#include <string_view>

#include "cli/waiter.hpp"

namespace fanfare::cli {

/// Throws the Error that the broker or the service answered, and CommandFailure when a signal came: the request is
/// taken back then.
Reply ask(Client& client, Waiter& waiter, std::string_view topic, std::string_view payload,
          std::chrono::milliseconds timeout, RequestOptions options = {});

}  // namespace fanfare::cli
