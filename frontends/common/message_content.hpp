#pragma once
// What people send, before it is believed: the bounds of a text. Pure functions; any thread.

#include <map>
#include <string>
#include <string_view>

#include "frontends/common/refusal.hpp"
#include "runtime/chat/outgoing_message.hpp"

namespace fanfare::frontends::common {

using runtime::message_id;
using runtime::message_payload;
using runtime::OutgoingMessage;

/// `invalid` with the fields, or `too_large`; no error: the message may be published.
[[nodiscard]] OrRefusal<void> check_message(const OutgoingMessage& message);

}  // namespace fanfare::frontends::common
