#include "workers/persistence/message_json.hpp"

#include <nlohmann/json.hpp>

#include "workers/common/time_point.hpp"

namespace fanfare::workers::persistence {

nlohmann::json to_json(const store::HistoryMessage& row) {
  const store::ChatMessage& message = row.message;
  return {
      {"id", message.id.to_string()},
      {"client_id", message.client_id},
      {"conversation", message.conversation.to_string()},
      {"kind", "text"},
      {"text", message.text},
      {"from", {{"id", message.author.to_string()}, {"username", row.username}, {"display_name", row.display_name}}},
      {"epoch", message.position.epoch.to_string()},
      {"sequence", message.position.sequence},
      {"timestamp", common::to_text(message.sent_at)}};
}

}  // namespace fanfare::workers::persistence
