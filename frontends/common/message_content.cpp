#include "frontends/common/message_content.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "protocol/utf8.hpp"
#include "runtime/crypto/digest.hpp"

namespace fanfare::frontends::common {
namespace {

constexpr std::size_t kMaximalCharacters = 4'000;
constexpr std::size_t kMaximalBytes = 16U << 10U;
constexpr std::size_t kMaximalClientId = 64;

bool is_client_id(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= kMaximalClientId && std::ranges::all_of(text, allowed);
}

/// As it is written everywhere: in lower case, so that it names one topic.
bool is_id(std::string_view text) {
  const auto id = Uuid::parse(text);
  return id && id->to_string() == text;
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7F;
}

/// C1 controls, U+0080 to U+009F, are C2 80 to C2 9F in UTF-8.
bool has_controls(std::string_view text) {
  if (std::ranges::any_of(text, is_control)) return true;
  for (std::size_t at = text.find('\xC2'); at != std::string_view::npos; at = text.find('\xC2', at + 1)) {
    if (at + 1 < text.size() && static_cast<unsigned char>(text[at + 1]) < 0xA0) return true;
  }
  return false;
}

std::size_t characters(std::string_view text) {
  return static_cast<std::size_t>(
      std::ranges::count_if(text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

std::string problem_of_text(std::string_view text) {
  if (!protocol::is_utf8(text)) return "is not UTF-8";
  if (std::ranges::all_of(text, [](char c) { return c == ' ' || c == '\n' || c == '\t'; })) return "is empty";
  if (characters(text) > kMaximalCharacters) return "is longer than 4,000 characters";
  if (has_controls(text)) return "has control characters";
  return {};
}

}  // namespace

OrRefusal<void> check_message(const OutgoingMessage& message) {
  if (message.text.size() > kMaximalBytes) {
    return Refusal{.code = Code::kTooLarge, .message = "the text is above 16 KiB; send it in parts"};
  }
  Refusal refusal{.code = Code::kInvalid, .message = "the message can't be sent as it is"};
  if (!is_id(message.conversation)) refusal.fields["conversation"] = "is not the id of a conversation";
  if (!is_client_id(message.client_id)) refusal.fields["id"] = "has to be 1 to 64 of A-Z a-z 0-9 - _";
  if (std::string problem = problem_of_text(message.text); !problem.empty()) refusal.fields["text"] = problem;
  if (!refusal.fields.empty()) return refusal;
  return {};
}

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

}  // namespace fanfare::frontends::common
