#pragma once
// A message of the broker as the line that its channel's subscribers get, or as one of those that were missed. Pure
// functions; any thread.

#include <fanfare/message.hpp>

#include <optional>
#include <string>

#include "frontends/websocket/protocol/line.hpp"

namespace fanfare::frontends::websocket::broker {

/// Nothing when its payload is not JSON.
[[nodiscard]] std::optional<protocol::Line> publication_of(const Message& message);
[[nodiscard]] std::optional<std::string> replayed_publication_of(const Message& message);

}  // namespace fanfare::frontends::websocket::broker
