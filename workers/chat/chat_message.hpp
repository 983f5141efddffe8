#pragma once
// What a record on `chat.<conversation>` has to be before it is believed (docs/services.md, Topics). A pure function;
// any thread. Whatever bytes come in, it returns a message within the bounds or why the record is skipped.

#include <fanfare/position.hpp>

#include <chrono>
#include <optional>
#include <string_view>
#include <variant>

#include "workers/store/message_store.hpp"

namespace fanfare::workers::chat {

/// The parts of a broker's record that count here.
struct ChatRecord {
  std::string_view topic;
  std::string_view actor;
  std::string_view payload;
  Position position;
  std::chrono::sys_time<std::chrono::microseconds> timestamp;
};

enum class Skip : std::uint8_t {
  kOtherKind,    ///< not a text: nothing wrong with it
  kNoPosition,   ///< on a topic that no stream keeps
  kBadTopic,     ///< not `chat.` and a UUID in lower case
  kNoActor,      ///< nobody has said it; or not an id
  kNoJson,       ///< not one JSON object, or too large
  kOutOfBounds,  ///< a member is missing, of another type or outside its bounds
};

[[nodiscard]] std::string_view name_of(Skip reason);

/// Whose topic it is; nothing if it is not `chat.` and a UUID in lower case.
[[nodiscard]] std::optional<Uuid> conversation_of(std::string_view topic);

/// The author is the record's actor, whatever the payload says.
[[nodiscard]] std::variant<store::ChatMessage, Skip> check_chat_message(const ChatRecord& record);

}  // namespace fanfare::workers::chat
