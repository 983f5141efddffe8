#include "workers/persistence/history_page.hpp"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>
#include <optional>
#include <utility>

#include "workers/common/time_point.hpp"

namespace fanfare::workers::persistence {
namespace {

using nlohmann::json;

json to_json(const store::HistoryMessage& row) {
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

/// Whether it is beyond what the database has, and on the side of the cursor that was asked for.
bool belongs(const store::HistoryMessage& row, const store::HistoryQuery& query, const store::HistoryPage& page) {
  const Position& position = row.message.position;
  if (page.reached && position <= *page.reached) return false;
  if (query.before && position >= *query.before) return false;
  return !query.after || position > *query.after;
}

}  // namespace

bool needs_tail(const store::HistoryQuery& query, const store::HistoryPage& page) {
  if (query.after) return !page.has_more;
  return !query.before || !page.reached || *query.before > *page.reached;
}

store::HistoryPage merge(const store::HistoryQuery& query, store::HistoryPage page,
                         std::vector<store::HistoryMessage> tail) {
  std::erase_if(tail, [&](const store::HistoryMessage& row) { return !belongs(row, query, page); });
  if (!query.after) std::ranges::reverse(tail);
  auto& messages = page.messages;
  messages.insert(query.after ? messages.end() : messages.begin(), std::make_move_iterator(tail.begin()),
                  std::make_move_iterator(tail.end()));
  if (messages.size() > query.limit) {
    messages.resize(query.limit);
    page.has_more = true;
  }
  return page;
}

std::string to_json(const store::HistoryPage& page, const Position& resume, std::size_t bytes) {
  std::string messages;
  std::optional<Position> last;
  bool has_more = page.has_more;
  for (const store::HistoryMessage& row : page.messages) {
    const std::string text = to_json(row).dump();
    if (last && messages.size() + text.size() + 1 > bytes) {
      has_more = true;
      break;
    }
    if (last) messages += ',';
    messages += text;
    last = row.message.position;
  }
  const json next = has_more && last ? json(last->to_string()) : json(nullptr);
  return R"({"messages":[)" + messages + R"(],"next":)" + next.dump() + R"(,"resume":")" + resume.to_string() + "\"}";
}

}  // namespace fanfare::workers::persistence
