#pragma once
// What the methods of all threads share beside the stores, of which each thread has its own. Owned by the service.

#include <functional>
#include <string>
#include <vector>

#include "runtime/crypto/password.hpp"
#include "runtime/logging/logger.hpp"
#include "workers/accounts/token_issuer.hpp"
#include "workers/common/attempts.hpp"
#include "workers/common/method_table.hpp"
#include "workers/store/account_stores.hpp"

namespace fanfare::workers::accounts {

struct PublicKeyRow {
  std::string id;
  runtime::crypto::PublicKey key;
};

struct Shared {
  const TokenIssuer& tokens;
  common::Attempts& attempts;
  runtime::crypto::PasswordCost password_cost;
  std::string dummy_hash;  ///< what the password of a name that does not exist is checked with, at the same cost
  std::vector<PublicKeyRow> keys;
  std::function<common::TimePoint()> now;
  std::function<void()> on_change;  ///< something may be in the outbox
  runtime::Logger& log;
};

/// The database could not do it: logged, and nothing was done.
[[nodiscard]] inline common::Refusal unavailable(const Shared& shared, const runtime::Error& error) {
  shared.log.warn("the database could not be used", {{"reason", error.message}});
  return {common::RefusalCode::kUnavailable, "try again: the database can't be used at the moment"};
}

/// The same to those who are not in it as to those who ask for one that was never there.
[[nodiscard]] inline common::Refusal no_such_conversation() {
  return {common::RefusalCode::kNotFound, "there is no such conversation of yours"};
}

}  // namespace fanfare::workers::accounts
