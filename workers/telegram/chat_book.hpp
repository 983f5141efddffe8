#pragma once
// The port to what is known of a chat: whose it is, and what its notifications told. Used by the poller's thread only.

#include <cstdint>
#include <optional>
#include <string>

#include "protocol/fanfare/position.hpp"
#include "protocol/fanfare/uuid.hpp"
#include "runtime/result.hpp"

namespace fanfare::workers::telegram {

struct ChatOwner {
  Uuid person;
  std::string locale;  ///< empty: not known
};

/// A notification as it stands in a chat.
struct ToldMessage {
  Uuid person;
  Uuid conversation;
  Position up_to;  ///< the last message it tells of
};

class ChatBook {
 public:
  virtual ~ChatBook() = default;

  /// Nothing: the chat is linked to nobody.
  [[nodiscard]] virtual runtime::Result<std::optional<ChatOwner>> owner(std::int64_t chat) = 0;
  /// Nothing: it is no notification, or one that is not known any more, or not yet.
  [[nodiscard]] virtual runtime::Result<std::optional<ToldMessage>> told(std::int64_t chat, std::int64_t message) = 0;
  /// Whether a notification is being told there just now, so that it may not be known yet.
  [[nodiscard]] virtual runtime::Result<bool> is_being_told(std::int64_t chat) = 0;
};

}  // namespace fanfare::workers::telegram
