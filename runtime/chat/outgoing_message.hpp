#pragma once
// What somebody sends, as the message it becomes: its id and its payload. Whoever publishes for people makes both in
// this way. Pure functions; any thread.

#include <string>

#include "protocol/fanfare/uuid.hpp"

namespace fanfare::runtime {

/// Within the bounds of docs/services.md.
struct OutgoingMessage {
  std::string person;        ///< who sends it
  std::string conversation;  ///< a UUID in lower case
  std::string client_id;     ///< chosen by the client, who repeats it when it tries again
  std::string text;
};

/// A UUIDv8 (RFC 9562 §5.8) of person, conversation and the client's id: the same again is the same message, and nobody
/// can take another person's.
[[nodiscard]] Uuid message_id(const OutgoingMessage& message);

/// The payload on `chat.<conversation>`, as docs/services.md has it.
[[nodiscard]] std::string message_payload(const OutgoingMessage& message, const Uuid& id);

}  // namespace fanfare::runtime
