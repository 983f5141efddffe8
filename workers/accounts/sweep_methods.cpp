#include "workers/accounts/sweep_methods.hpp"

#include <nlohmann/json.hpp>

#include "workers/accounts/once_methods.hpp"

namespace fanfare::workers::accounts {
namespace {

using common::Answer;
using common::Call;
using common::MethodTable;

/// Of each kind: a transaction that holds up nobody for long.
constexpr std::uint64_t kAtOnce = 500;

Answer sweep(const Shared& shared, store::AccountStores& stores, Call& call) {
  if (auto refusal = call.fields.refusal()) return *refusal;
  const auto now = shared.now();
  const auto sessions = stores.sessions().sweep(now, kAtOnce);
  if (!sessions) return unavailable(shared, sessions.error());
  const auto keys = stores.once().sweep(now - kKeysAreKept, kAtOnce);
  if (!keys) return unavailable(shared, keys.error());
  return nlohmann::json{
      {"sessions", *sessions}, {"idempotency_keys", *keys}, {"more", *sessions >= kAtOnce || *keys >= kAtOnce}}
      .dump();
}

}  // namespace

void add_sweep_methods(MethodTable& table, const Shared& shared, store::AccountStores& stores) {
  table.add("accounts.sweep", MethodTable::Needs::kWorker,
            [&shared, &stores](Call& call) { return sweep(shared, stores, call); });
}

}  // namespace fanfare::workers::accounts
