#pragma once
// The broker and the accounts worker as presence sees them: whom this process holds, and who is in a conversation. On
// the I/O thread; who comes and goes elsewhere is told through Circles.

#include <string>
#include <vector>

#include "frontends/websocket/session/ports.hpp"

namespace fanfare::frontends::websocket::presence {

using People = std::vector<std::string>;

class PeopleSource {
 public:
  virtual ~PeopleSource() = default;
  /// The person is connected here, until release().
  virtual void hold(const std::string& person) = 0;
  virtual void release(const std::string& person) = 0;
  /// The members of a conversation, asked for by one of them. `done` comes once, in bounded time, never from inside
  /// this call. Refused with kNotAvailable when they are too many.
  virtual void members(const std::string& person, const std::string& conversation, session::OnAnswer<People> done) = 0;
};

}  // namespace fanfare::frontends::websocket::presence
