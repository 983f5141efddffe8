#pragma once
// What happens to the bot: messages, pressed buttons, being blocked. Read from JSON that comes from outside, with what
// is needed of it checked and bounded and all else ignored; what does not fit is an update without content, so that its
// id can still be confirmed. Values and functions; any thread.

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

namespace fanfare::workers::telegram::bot {

struct Chat {
  std::int64_t id = 0;
  bool is_private = false;  ///< else a group or a channel
  std::string name;         ///< of the person or the group; at most 128 characters, may be empty
};

struct Sender {
  std::int64_t id = 0;
  bool is_bot = false;
  std::string name;      ///< first and last; at most 128 characters
  std::string username;  ///< may be empty
  std::string language;  ///< IETF tag of the app, may be empty
};

struct IncomingMessage {
  std::int64_t id = 0;
  Chat chat;
  std::optional<Sender> from;
  std::string text;           ///< may be empty: a picture or a sticker
  std::int64_t reply_to = 0;  ///< the message of this chat that it answers, 0: none
};

/// A button was pressed.
struct Press {
  std::string id;  ///< for BotApi::answer_press()
  Sender from;
  Chat chat;
  std::int64_t message = 0;  ///< whose button it was
  std::string data;
};

/// The bot's own state in a chat has changed.
struct Membership {
  Chat chat;
  Sender from;
  std::string status;  ///< member, administrator, restricted, left, kicked …
  bool is_in = false;  ///< false: left or kicked; in a private chat: blocked
};

struct Update {
  std::int64_t id = 0;
  std::variant<std::monostate, IncomingMessage, Press, Membership> content = {};
};

/// Nothing when it has no update_id.
[[nodiscard]] std::optional<Update> read_update(const nlohmann::json& update);

/// One Update as it came to the webhook; nothing when it is none.
[[nodiscard]] std::optional<Update> parse_update(std::string_view json);

}  // namespace fanfare::workers::telegram::bot
