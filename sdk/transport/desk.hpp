#pragma once
// What calls find on the I/O thread: the session and who listens to it. Lives as long as the call.

#include "sdk/session/instant.hpp"
#include "sdk/session/session.hpp"
#include "sdk/transport/session_listener.hpp"

namespace fanfare::transport {

struct Desk {
  session::Session& session;
  SessionListener& listener;
  session::Instant now;
};

}  // namespace fanfare::transport
