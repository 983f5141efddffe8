#include "workers/accounts/conversation_methods.hpp"

#include <algorithm>
#include <charconv>
#include <nlohmann/json.hpp>

#include "workers/accounts/once_methods.hpp"
#include "workers/accounts/shapes.hpp"
#include "workers/common/new_id.hpp"

namespace fanfare::workers::accounts {
namespace {

using common::Answer;
using common::Call;
using common::Fields;
using common::MethodTable;
using common::Refusal;
using common::RefusalCode;
using nlohmann::json;
using store::ConversationKind;
using store::ConversationStore;

constexpr common::TextBounds kTitle{.minimum = 1, .maximum = 100, .may_be_blank = false};
constexpr common::TextBounds kCursor{.minimum = 1, .maximum = 36};
constexpr common::CountBounds kOtherOfDirect{.minimum = 1, .maximum = 1};
constexpr common::CountBounds kOthersOfRoom{.minimum = 0, .maximum = 99};
constexpr common::CountBounds kConversations{.minimum = 1, .maximum = 50};
constexpr common::CountBounds kMembers{.minimum = 1, .maximum = 100};

/// A cursor is the id of the last conversation, or the position of the last member.
std::optional<Uuid> conversation_cursor(Fields& fields) {
  const auto text = fields.optional_text("after", kCursor);
  if (!text) return std::nullopt;
  const auto id = Uuid::parse(*text);
  if (!id) fields.add_problem("after", "must be the `next` of a page before");
  return id;
}

std::optional<std::uint64_t> member_cursor(Fields& fields) {
  const auto text = fields.optional_text("after", kCursor);
  if (!text) return std::nullopt;
  std::uint32_t position = 0;
  const auto [end, fault] = std::from_chars(text->data(), text->data() + text->size(), position);
  if (fault != std::errc() || end != text->data() + text->size()) {
    fields.add_problem("after", "must be the `next` of a page before");
  }
  return position;
}

class ConversationMethods {
 public:
  ConversationMethods(const Shared& shared, ConversationStore& conversations)
      : shared_(shared), conversations_(conversations) {}

  Answer create(Call& call) const {
    Fields& fields = call.fields;
    const bool is_direct = fields.choice("kind", {"direct", "room"}) == "direct";
    store::NewConversation wanted{.kind = is_direct ? ConversationKind::kDirect : ConversationKind::kRoom,
                                  .created_at = shared_.now(),
                                  .founder = call.person};
    wanted.id = common::new_id(wanted.created_at);
    if (!is_direct) wanted.title = fields.text("title", kTitle);
    wanted.others = fields.ids("members", is_direct ? kOtherOfDirect : kOthersOfRoom);
    if (std::ranges::count(wanted.others, call.person) > 0) fields.add_problem("members", "must not hold yourself");
    if (auto refusal = fields.refusal()) return *refusal;

    const auto created = conversations_.create(wanted);
    if (!created) return unavailable(shared_, created.error());
    if (!*created) {
      return Refusal{RefusalCode::kNotFound, "one of these people does not exist", {{"members", "must exist"}}};
    }
    if ((*created)->created) shared_.on_change();
    return json{{"conversation", to_json((*created)->conversation)}, {"created", (*created)->created}}.dump();
  }

  Answer list(Call& call) const {
    const auto after = conversation_cursor(call.fields);
    const auto limit = call.fields.count("limit", kConversations, kConversations.maximum);
    if (auto refusal = call.fields.refusal()) return *refusal;
    const auto page = conversations_.list(call.person, after, limit, shared_.now());
    if (!page) return unavailable(shared_, page.error());
    json rows = json::array();
    for (const store::Conversation& conversation : page->conversations) rows.push_back(to_json(conversation));
    const json next = page->has_more ? json(page->conversations.back().id.to_string()) : json();
    return json{{"conversations", std::move(rows)}, {"next", next}}.dump();
  }

  Answer members(Call& call) const {
    const Uuid conversation = call.fields.id("conversation");
    const auto after = member_cursor(call.fields);
    const auto limit = call.fields.count("limit", kMembers, kMembers.maximum);
    if (auto refusal = call.fields.refusal()) return *refusal;
    const auto page = conversations_.members(call.person, conversation, after, limit);
    if (!page) return unavailable(shared_, page.error());
    if (!*page) return no_such_conversation();
    json rows = json::array();
    for (const store::Member& member : (*page)->members) rows.push_back(to_json(member));
    const json next = (*page)->next ? json(std::to_string(*(*page)->next)) : json();
    return json{{"members", std::move(rows)}, {"next", next}}.dump();
  }

  Answer access(Call& call) const {
    const Uuid conversation = call.fields.id("conversation");
    if (auto refusal = call.fields.refusal()) return *refusal;
    const auto access = conversations_.access(call.person, conversation);
    if (!access) return unavailable(shared_, access.error());
    if (!access->role) {
      Refusal refusal = no_such_conversation();
      refusal.change = access->change;
      return refusal;
    }
    return json{
        {"conversation", conversation.to_string()}, {"role", to_json(*access->role)}, {"change", access->change}}
        .dump();
  }

 private:
  const Shared& shared_;
  ConversationStore& conversations_;
};

}  // namespace

void add_conversation_methods(MethodTable& table, const Shared& shared, store::AccountStores& stores) {
  const ConversationMethods methods(shared, stores.conversations());
  constexpr auto kPerson = MethodTable::Needs::kPerson;
  table.add_change("conversations.create", make_once(shared, stores),
                   [methods](Call& call) { return methods.create(call); });
  table.add("conversations.list", kPerson, [methods](Call& call) { return methods.list(call); });
  table.add("conversations.members", kPerson, [methods](Call& call) { return methods.members(call); });
  table.add("conversations.access", kPerson, [methods](Call& call) { return methods.access(call); });
}

}  // namespace fanfare::workers::accounts
