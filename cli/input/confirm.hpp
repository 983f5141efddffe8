#pragma once
// Asks before something is done that cannot be undone. Called on the main thread.

#include "cli/waiter.hpp"

namespace fanfare::cli {

/// Returns when somebody at a terminal has typed yes; throws CommandFailure when they typed something else, where
/// nobody can be asked (wrong usage), and after a signal.
void confirm(Waiter& waiter);

}  // namespace fanfare::cli
