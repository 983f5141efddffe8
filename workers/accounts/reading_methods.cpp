#include "workers/accounts/reading_methods.hpp"

#include <nlohmann/json.hpp>

#include "workers/accounts/shapes.hpp"

namespace fanfare::workers::accounts {
namespace {

using common::Answer;
using common::Call;
using common::MethodTable;
using nlohmann::json;

constexpr common::CountBounds kSequence{.minimum = 1, .maximum = kMaxSequence};

class ReadingMethods {
 public:
  ReadingMethods(const Shared& shared, store::ConversationStore& conversations)
      : shared_(shared), conversations_(conversations) {}

  Answer read(Call& call) const {
    const Uuid conversation = call.fields.id("conversation");
    Position position;
    position.epoch = call.fields.id("epoch");
    position.sequence = call.fields.number("sequence", kSequence);
    if (auto refusal = call.fields.refusal()) return *std::move(refusal);
    const auto read = conversations_.read(call.person, conversation, position, shared_.now());
    if (!read) return unavailable(shared_, read.error());
    if (!*read) return no_such_conversation();
    return json{{"conversation", conversation.to_string()}, {"read", to_json(**read)}}.dump();
  }

  Answer mute(Call& call) const {
    const Uuid conversation = call.fields.id("conversation");
    const store::Mute mute{call.fields.optional_time("until")};
    if (mute.until && *mute.until <= shared_.now()) call.fields.add_problem("until", "must be in the future");
    if (auto refusal = call.fields.refusal()) return *std::move(refusal);
    const auto muted = conversations_.mute(call.person, conversation, mute);
    return answer(conversation, muted, to_json(mute));
  }

  Answer unmute(Call& call) const {
    const Uuid conversation = call.fields.id("conversation");
    if (auto refusal = call.fields.refusal()) return *std::move(refusal);
    return answer(conversation, conversations_.unmute(call.person, conversation), json());
  }

 private:
  [[nodiscard]] Answer answer(const Uuid& conversation, const runtime::Result<bool>& done, json muted) const {
    if (!done) return unavailable(shared_, done.error());
    if (!*done) return no_such_conversation();
    return json{{"conversation", conversation.to_string()}, {"muted", std::move(muted)}}.dump();
  }

  const Shared& shared_;
  store::ConversationStore& conversations_;
};

}  // namespace

void add_reading_methods(MethodTable& table, const Shared& shared, store::AccountStores& stores) {
  const ReadingMethods methods(shared, stores.conversations());
  constexpr auto kPerson = MethodTable::Needs::kPerson;
  table.add("conversations.read", kPerson, [methods](Call& call) { return methods.read(call); });
  table.add("conversations.mute", kPerson, [methods](Call& call) { return methods.mute(call); });
  table.add("conversations.unmute", kPerson, [methods](Call& call) { return methods.unmute(call); });
}

}  // namespace fanfare::workers::accounts
