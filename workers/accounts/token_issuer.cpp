#include "workers/accounts/token_issuer.hpp"

#include "runtime/crypto/base64url.hpp"
#include "runtime/crypto/random.hpp"

namespace fanfare::workers::accounts {

std::string TokenIssuer::access_token(const Uuid& person, const Uuid& session, common::TimePoint now) const {
  const auto issued = std::chrono::floor<std::chrono::seconds>(now);
  return runtime::jwt::sign_token({person, session, issued, issued + access_lifetime()}, key_);
}

std::chrono::seconds TokenIssuer::access_lifetime() const {
  return std::chrono::ceil<std::chrono::seconds>(lifetimes_.access);
}

RefreshToken TokenIssuer::new_refresh_token() {
  const auto bytes = runtime::crypto::random_bytes<32>();
  std::string text = runtime::crypto::encode_base64url(bytes);
  const auto hash = runtime::crypto::digest(text);
  return {std::move(text), hash};
}

}  // namespace fanfare::workers::accounts
