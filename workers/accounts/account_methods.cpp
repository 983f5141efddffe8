#include "workers/accounts/account_methods.hpp"

#include <nlohmann/json.hpp>

#include "runtime/crypto/base64url.hpp"
#include "workers/accounts/login_methods.hpp"
#include "workers/accounts/names.hpp"
#include "workers/accounts/shapes.hpp"
#include "workers/accounts/sweep_methods.hpp"

namespace fanfare::workers::accounts {
namespace {

using common::Answer;
using common::Call;
using common::MethodTable;
using common::Refusal;
using common::RefusalCode;
using nlohmann::json;

constexpr common::TextBounds kQuery{.minimum = 1, .maximum = 64};
constexpr common::CountBounds kFound{.minimum = 1, .maximum = 50};
constexpr std::uint64_t kFoundByDefault = 20;

Answer whoami(const Shared& shared, store::PeopleStore& people, Call& call) {
  if (auto refusal = call.fields.refusal()) return *refusal;
  const auto profile = people.find(call.person);
  if (!profile) return unavailable(shared, profile.error());
  if (!*profile) return Refusal{RefusalCode::kNotFound, "this person does not exist any more"};
  return json{{"user", to_json(**profile)}}.dump();
}

Answer find(const Shared& shared, store::PeopleStore& people, Call& call) {
  const std::string query = call.fields.text("query", kQuery);
  const auto limit = call.fields.count("limit", kFound, kFoundByDefault);
  if (auto refusal = call.fields.refusal()) return *refusal;
  json users = json::array();
  // Of characters that can't be seen nothing is left, and everybody's name begins with nothing.
  if (const std::string prefix = folded(query); !prefix.empty()) {
    const auto found = people.search(prefix, call.person, limit);
    if (!found) return unavailable(shared, found.error());
    for (const store::Person& person : *found) users.push_back(to_json(person));
  }
  return json{{"users", std::move(users)}}.dump();
}

Answer keys(const Shared& shared, Call& call) {
  if (auto refusal = call.fields.refusal()) return *refusal;
  json rows = json::array();
  for (const PublicKeyRow& row : shared.keys) {
    rows.push_back(
        {{"kid", row.id}, {"kty", "OKP"}, {"crv", "Ed25519"}, {"x", runtime::crypto::encode_base64url(row.key)}});
  }
  return json{{"keys", std::move(rows)}}.dump();
}

}  // namespace

void add_account_methods(MethodTable& table, const Shared& shared, store::AccountStores& stores) {
  add_login_methods(table, shared, stores);
  add_sweep_methods(table, shared, stores);
  table.add("accounts.whoami", MethodTable::Needs::kPerson,
            [&shared, &stores](Call& call) { return whoami(shared, stores.people(), call); });
  table.add("accounts.find", MethodTable::Needs::kPerson,
            [&shared, &stores](Call& call) { return find(shared, stores.people(), call); });
  table.add("accounts.keys", MethodTable::Needs::kNobody, [&shared](Call& call) { return keys(shared, call); });
}

bool is_slow(std::string_view topic) { return topic == "accounts.register" || topic == "accounts.login"; }

}  // namespace fanfare::workers::accounts
