#pragma once
// The stream that the works with stored messages need. Called on the main thread.

#include <fanfare/client.hpp>

#include "cli/bench/settings.hpp"
#include "cli/waiter.hpp"

namespace fanfare::cli {

/// Throws CommandFailure that says what to configure if no stream keeps the topics of `settings`.
void require_stream(Client& client, Waiter& waiter, const BenchSettings& settings);

/// Whether one of `patterns`, with spaces between them, keeps all that `pattern` matches.
[[nodiscard]] bool keeps(std::string_view patterns, std::string_view pattern);

}  // namespace fanfare::cli
