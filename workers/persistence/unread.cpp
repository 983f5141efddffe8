#include "workers/persistence/unread.hpp"

#include <nlohmann/json.hpp>
#include <utility>

namespace fanfare::workers::persistence {
namespace {

using nlohmann::json;

constexpr common::CountBounds kConversations{.minimum = 1, .maximum = 50};

json row_of(const store::Unread& unread) {
  return {{"conversation", unread.conversation.to_string()}, {"count", unread.count}, {"more", unread.has_more}};
}

common::Answer answer(KeptStore& store, common::Call& call) {
  const store::UnreadQuery query{.reader = call.person,
                                 .conversations = call.fields.ids("conversations", kConversations)};
  if (auto refusal = call.fields.refusal()) return *std::move(refusal);
  const auto unread = store.call([&](store::MessageStore& messages) { return messages.unread(query); });
  if (!unread) return unread.error();
  json rows = json::array();
  for (const store::Unread& one : *unread) rows.push_back(row_of(one));
  return json{{"unread", std::move(rows)}}.dump();
}

}  // namespace

void add_unread(common::MethodTable& table, std::shared_ptr<KeptStore> store) {
  table.add("history.unread", common::MethodTable::Needs::kPerson,
            [store = std::move(store)](common::Call& call) { return answer(*store, call); });
}

}  // namespace fanfare::workers::persistence
