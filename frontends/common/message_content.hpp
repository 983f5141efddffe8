#pragma once
// What people send, before it is believed: the bounds of a text, and the id and payload of the message it becomes.
// Pure functions; any thread.

#include <fanfare/uuid.hpp>

#include <map>
#include <string>
#include <string_view>

#include "frontends/common/refusal.hpp"

namespace fanfare::frontends::common {

struct OutgoingMessage {
  std::string person;        ///< who sends it, from the access token
  std::string conversation;  ///< a UUID in lower case
  std::string client_id;     ///< chosen by the client, who repeats it when it tries again
  std::string text;
};

/// `invalid` with the fields, or `too_large`; no error: the message may be published.
[[nodiscard]] OrRefusal<void> check_message(const OutgoingMessage& message);

/// A UUIDv8 (RFC 9562 §5.8) of person, conversation and the client's id: the same again is the same message, and nobody
/// can take another person's.
[[nodiscard]] Uuid message_id(const OutgoingMessage& message);

/// The payload on `chat.<conversation>`, as docs/services.md has it.
[[nodiscard]] std::string message_payload(const OutgoingMessage& message, const Uuid& id);

}  // namespace fanfare::frontends::common
