#include "workers/accounts/shapes.hpp"

#include <nlohmann/json.hpp>

namespace fanfare::workers::accounts {

using nlohmann::json;

json to_json(const store::Person& person) {
  return {{"id", person.id.to_string()}, {"username", person.username}, {"display_name", person.display_name}};
}

json to_json(const store::Profile& profile) {
  json object = to_json(profile.person);
  object["locale"] = profile.locale ? json(*profile.locale) : json();
  object["created_at"] = common::to_text(profile.created_at);
  return object;
}

json to_json(store::Role role) { return role == store::Role::kOwner ? "owner" : "member"; }

json to_json(const store::Member& member) {
  json object = to_json(member.person);
  object["role"] = to_json(member.role);
  return object;
}

json to_json(const Position& position) {
  return {{"epoch", position.epoch.to_string()}, {"sequence", position.sequence}};
}

json to_json(const store::Mute& mute) { return {{"until", mute.until ? json(common::to_text(*mute.until)) : json()}}; }

json to_json(const store::Conversation& conversation) {
  json members = json::array();
  for (const store::Person& person : conversation.members) members.push_back(to_json(person));
  return {{"id", conversation.id.to_string()},
          {"kind", conversation.kind == store::ConversationKind::kDirect ? "direct" : "room"},
          {"title", conversation.title ? json(*conversation.title) : json()},
          {"created_at", common::to_text(conversation.created_at)},
          {"member_count", conversation.member_count},
          {"members", std::move(members)},
          {"read", conversation.read ? to_json(*conversation.read) : json()},
          {"muted", conversation.muted ? to_json(*conversation.muted) : json()}};
}

}  // namespace fanfare::workers::accounts
