#pragma once
// A request that waits for its reply while signals are watched. Called on the main thread.

#include <fanfare/client.hpp>

#include <chrono>
#include <string_view>

#include "cli/waiter.hpp"

namespace fanfare::cli {

/// A reply in parts may take longer than `timeout`, which counts from one part to the next; options.on_part gets them,
/// without it they are the beginning of the reply's payload. Throws the Error that the broker or the service answered,
/// and CommandFailure when a signal came: the request is taken back then.
Reply ask(Client& client, Waiter& waiter, std::string_view topic, std::string_view payload,
          std::chrono::milliseconds timeout, RequestOptions options = {});

}  // namespace fanfare::cli
