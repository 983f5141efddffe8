#include "workers/accounts/once_methods.hpp"

#include <optional>

#include "runtime/crypto/digest.hpp"

namespace fanfare::workers::accounts {
namespace {

using common::Answer;
using common::Refusal;
using common::RefusalCode;
using store::OnceOutcome;

Answer do_once(const Shared& shared, store::OnceStore& keys, const common::KeyedCall& call,
               const std::function<Answer()>& method) {
  const auto now = shared.now();
  std::optional<Refusal> refusal;
  const auto outcome = keys.once({.person = call.person,
                                  .key = std::string(call.key),
                                  .method = std::string(call.method),
                                  .request_hash = runtime::crypto::digest(call.payload),
                                  .now = now,
                                  .forget_before = now - kKeysAreKept},
                                 [&]() -> std::optional<std::string> {
                                   Answer answer = method();
                                   if (answer) return *std::move(answer);
                                   refusal = answer.error();
                                   return std::nullopt;
                                 });
  if (!outcome) return unavailable(shared, outcome.error());
  switch (outcome->kind) {
    case OnceOutcome::Kind::kUndone:
      return *refusal;
    case OnceOutcome::Kind::kConflict:
      return Refusal{RefusalCode::kIdConflict, "this Idempotency-Key was used for another request; choose a new one"};
    case OnceOutcome::Kind::kDone:
      shared.on_change();  // what the method has told of was not committed then
      break;
    case OnceOutcome::Kind::kRepeated:
      break;
  }
  return outcome->reply;
}

}  // namespace

common::Once make_once(const Shared& shared, store::AccountStores& stores) {
  return [&shared, &keys = stores.once()](const common::KeyedCall& call, const std::function<Answer()>& method) {
    return do_once(shared, keys, call, method);
  };
}

}  // namespace fanfare::workers::accounts
