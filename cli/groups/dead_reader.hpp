#pragma once
// Reads dead letters out of the stream `dead`, a page at a time. Called on the main thread.

#include <fanfare/client.hpp>

#include <cstddef>
#include <string>
#include <vector>

#include "cli/groups/dead_letters.hpp"
#include "cli/waiter.hpp"

namespace fanfare::cli {

/// The first `limit` of the open ones, oldest first. Letters that the stream holds no longer are passed over. Throws
/// Error, or CommandFailure after a signal.
std::vector<DeadLetter> read_dead_letters(Client& client, Waiter& waiter, const std::string& group,
                                          const DeadRuns& open, std::size_t limit);

}  // namespace fanfare::cli
