#include "workers/chat/chat_message.hpp"

#include <string>

#include "runtime/json/strict_json.hpp"
#include "runtime/text/message_text.hpp"

namespace fanfare::workers::chat {
namespace {

using nlohmann::json;

constexpr std::string_view kTopicPrefix = "chat.";
/// A text of that size in which everything is escaped (\u0001) and the rest of the object.
constexpr runtime::JsonBounds kBounds{.size = 6 * runtime::kMostMessageBytes + (4U << 10U), .depth = 8};

/// In the form in which it is compared: 36 characters, lower case.
std::optional<Uuid> canonical_id(std::string_view text) {
  const auto id = Uuid::parse(text);
  return id && id->to_string() == text ? id : std::nullopt;
}

/// Null if it is missing or no text.
const std::string* text_member(const json& object, const char* name) {
  const auto member = object.find(name);
  return member == object.end() ? nullptr : member->get_ptr<const std::string*>();
}

}  // namespace

std::string_view name_of(Skip reason) {
  switch (reason) {
    case Skip::kOtherKind:
      return "other_kind";
    case Skip::kNoPosition:
      return "no_position";
    case Skip::kBadTopic:
      return "bad_topic";
    case Skip::kNoActor:
      return "no_actor";
    case Skip::kNoJson:
      return "no_json";
    case Skip::kOutOfBounds:
      break;
  }
  return "out_of_bounds";
}

std::optional<Uuid> conversation_of(std::string_view topic) {
  if (!topic.starts_with(kTopicPrefix)) return std::nullopt;
  return canonical_id(topic.substr(kTopicPrefix.size()));
}

std::variant<store::ChatMessage, Skip> check_chat_message(const ChatRecord& record) {
  if (record.position.epoch.is_nil() || record.position.sequence > kMaxSequence) return Skip::kNoPosition;
  const auto conversation = conversation_of(record.topic);
  if (!conversation) return Skip::kBadTopic;

  const auto object = runtime::parse_strict_json(record.payload, kBounds);
  if (!object || !object->is_object()) return Skip::kNoJson;
  const std::string* const kind = text_member(*object, "kind");
  if (kind == nullptr) return Skip::kOutOfBounds;
  if (*kind != "text") return Skip::kOtherKind;

  const auto author = canonical_id(record.actor);
  if (!author) return Skip::kNoActor;
  const std::string* const id_text = text_member(*object, "id");
  const std::string* const client_id = text_member(*object, "client_id");
  const std::string* const text = text_member(*object, "text");
  const auto id = id_text == nullptr ? std::nullopt : canonical_id(*id_text);
  if (!id || client_id == nullptr || text == nullptr) return Skip::kOutOfBounds;
  if (!runtime::is_client_id(*client_id) || !runtime::problem_of_message_text(*text).empty()) return Skip::kOutOfBounds;
  return store::ChatMessage{.id = *id,
                            .conversation = *conversation,
                            .author = *author,
                            .client_id = *client_id,
                            .text = *text,
                            .position = record.position,
                            .sent_at = std::chrono::floor<std::chrono::milliseconds>(record.timestamp)};
}

}  // namespace fanfare::workers::chat
