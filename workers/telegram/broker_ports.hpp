#pragma once
// The ways to the broker of commands and links, over a client that outlives them. What they return may be used on any
// thread but the client's own, where asking would wait for itself.

#include <fanfare/client.hpp>

#include "runtime/logging/logger.hpp"
#include "workers/telegram/foreign_commands.hpp"
#include "workers/telegram/link_events.hpp"

namespace fanfare::workers::telegram {

[[nodiscard]] AskService ask_through(Client& client);

/// What the broker does not take is logged: the page sees it when it loads.
[[nodiscard]] PublishLinkEvent publish_through(Client& client, runtime::Logger& log);

}  // namespace fanfare::workers::telegram
