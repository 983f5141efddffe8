#pragma once
// Which topic a channel is and who may enter it as far as its name says. A value and a pure function; any thread.

#include <cstdint>
#include <string>
#include <string_view>

namespace fanfare::frontends::websocket::session {

struct Channel {
  enum class Kind : std::uint8_t {
    chat,       ///< `chat.<conversation>`: its members
    typing,     ///< `typing.<conversation>`: its members
    person,     ///< `user.<person>`: that person
    forbidden,  ///< a topic of the system's own, nobody enters
    unknown,
  };
  Kind kind = Kind::unknown;
  std::string id = {};  ///< of the conversation or the person

  [[nodiscard]] bool of_conversation() const { return kind == Kind::chat || kind == Kind::typing; }
};

/// Ids are UUIDs in lower case; another spelling would be another topic.
[[nodiscard]] Channel parse_channel(std::string_view name);

}  // namespace fanfare::frontends::websocket::session
