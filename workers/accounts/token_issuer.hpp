#pragma once
// Makes the tokens of one login: the access token, which is signed, and the refresh token, of which only the hash is
// kept. Constant after it was made; any thread.

#include <chrono>
#include <string>

#include "protocol/fanfare/uuid.hpp"
#include "runtime/jwt/token.hpp"
#include "workers/common/time_point.hpp"
#include "workers/store/session_store.hpp"

namespace fanfare::workers::accounts {

struct RefreshToken {
  std::string text;
  store::TokenHash hash;
};

class TokenIssuer {
 public:
  struct Lifetimes {
    std::chrono::milliseconds access;
    std::chrono::milliseconds refresh;
  };

  TokenIssuer(runtime::jwt::SigningKey key, Lifetimes lifetimes) : key_(std::move(key)), lifetimes_(lifetimes) {}

  [[nodiscard]] std::string access_token(const Uuid& person, const Uuid& session, common::TimePoint now) const;
  [[nodiscard]] std::chrono::seconds access_lifetime() const;

  /// 32 random bytes in base64url.
  [[nodiscard]] static RefreshToken new_refresh_token();
  [[nodiscard]] common::TimePoint refresh_expiry(common::TimePoint now) const { return now + lifetimes_.refresh; }

 private:
  const runtime::jwt::SigningKey key_;
  const Lifetimes lifetimes_;
};

}  // namespace fanfare::workers::accounts
