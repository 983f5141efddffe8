#include "runtime/chat/outgoing_message.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "runtime/crypto/digest.hpp"

namespace fanfare::runtime {

Uuid message_id(const OutgoingMessage& message) {
  // Ids of people and conversations have one length, so no two triples have the same text.
  const runtime::crypto::Digest digest =
      runtime::crypto::digest("fanfare message " + message.person + message.conversation + message.client_id);
  Uuid id;
  std::ranges::copy_n(digest.begin(), static_cast<std::ptrdiff_t>(id.bytes.size()), id.bytes.begin());
  id.bytes[6] = static_cast<std::uint8_t>((id.bytes[6] & 0x0FU) | 0x80U);
  id.bytes[8] = static_cast<std::uint8_t>((id.bytes[8] & 0x3FU) | 0x80U);
  return id;
}

std::string message_payload(const OutgoingMessage& message, const Uuid& id) {
  return nlohmann::json{
      {"kind", "text"}, {"id", id.to_string()}, {"client_id", message.client_id}, {"text", message.text}}
      .dump();
}

}  // namespace fanfare::runtime
