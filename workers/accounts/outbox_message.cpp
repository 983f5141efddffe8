#include "workers/accounts/outbox_message.hpp"

#include <nlohmann/json.hpp>

namespace fanfare::workers::accounts {

OutboxMessage to_message(const store::OutboxRow& row) {
  using nlohmann::json;
  const std::string person = row.person.to_string();
  const std::string conversation = row.conversation.to_string();
  switch (row.kind) {
    case store::ChangeKind::kPersonChanged:
      return {"$change.person." + person, json{{"change", row.change}, {"person", person}}.dump()};
    case store::ChangeKind::kConversationChanged:
      return {"$change.conversation." + conversation,
              json{{"change", row.change}, {"conversation", conversation}}.dump()};
    case store::ChangeKind::kConversationAdded:
      break;
  }
  return {"user." + person, json{{"kind", "conversation_added"}, {"conversation", conversation}}.dump()};
}

}  // namespace fanfare::workers::accounts
