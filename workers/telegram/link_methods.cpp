#include "workers/telegram/link_methods.hpp"

#include <nlohmann/json.hpp>

#include "workers/telegram/link_code.hpp"

namespace fanfare::workers::telegram {
namespace {

using common::Answer;
using common::Call;
using common::MethodTable;
using common::Refusal;
using common::RefusalCode;
using nlohmann::json;

/// Logged, and nothing was done.
Refusal unavailable(const LinkShared& shared, const runtime::Error& error) {
  shared.log.warn("the database could not be used", {{"reason", error.message}});
  return {RefusalCode::kUnavailable, "try again: the database can't be used at the moment"};
}

Answer link_status(const LinkShared& shared, store::TelegramStore& store, Call& call) {
  if (auto refusal = call.fields.refusal()) return *refusal;
  const auto state = store.link_of(call.person);
  if (!state) return unavailable(shared, state.error());
  json link;
  if (state->link) link = {{"name", state->link->name}, {"since", common::to_text(state->link->since)}};
  json ended;
  if (state->ended) ended = {{"reason", state->ended->reason}, {"at", common::to_text(state->ended->at)}};
  return json{{"bot", shared.bot}, {"link", std::move(link)}, {"ended", std::move(ended)}}.dump();
}

Answer make_link(const LinkShared& shared, store::TelegramStore& store, Call& call) {
  if (auto refusal = call.fields.refusal()) return *refusal;
  const common::TimePoint now = shared.now();
  if (!shared.attempts.admit(call.person.to_string(), now)) {
    return Refusal{RefusalCode::kTooManyRequests, "wait a few minutes: that were many links"};
  }
  const std::string code = make_link_code();
  const auto made = store.make_code(hash_of_link_code(code), call.person, now, now + kLinkGoodFor);
  if (!made) return unavailable(shared, made.error());
  return json{{"url", "https://t.me/" + shared.bot + "?start=" + code},
              {"expires_at", common::to_text(now + kLinkGoodFor)}}
      .dump();
}

Answer unlink_person(const LinkShared& shared, store::TelegramStore& store, Call& call) {
  if (auto refusal = call.fields.refusal()) return *refusal;
  const auto ended = store.end_of_person(call.person, store::LinkEnd::kUnlinked, shared.now());
  if (!ended) return unavailable(shared, ended.error());
  if (*ended) shared.publish(ended_event(call.person, store::LinkEnd::kUnlinked, (*ended)->at));
  return "{}";
}

}  // namespace

void add_link_methods(MethodTable& table, const LinkShared& shared, store::TelegramStore& store) {
  table.add("telegram.status", MethodTable::Needs::kPerson,
            [&shared, &store](Call& call) { return link_status(shared, store, call); });
  table.add("telegram.link", MethodTable::Needs::kPerson,
            [&shared, &store](Call& call) { return make_link(shared, store, call); });
  table.add("telegram.unlink", MethodTable::Needs::kPerson,
            [&shared, &store](Call& call) { return unlink_person(shared, store, call); });
}

}  // namespace fanfare::workers::telegram
