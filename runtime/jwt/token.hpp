#pragma once
// Access tokens: JWTs (RFC 7519) signed with Ed25519 (RFC 8037), exactly in the form docs/services.md gives. Made by
// fanfare-accounts, checked by front-ends without asking anybody. Functions of values; any thread.

#include <boost/assert/source_location.hpp>
#include <boost/system/result.hpp>
#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "protocol/fanfare/uuid.hpp"
#include "runtime/crypto/signature.hpp"

namespace fanfare::runtime::jwt {

/// Longer texts are refused unread.
inline constexpr std::size_t kMaximalTokenSize = 4096;

struct AccessClaims {
  Uuid person;   ///< sub
  Uuid session;  ///< sid
  std::chrono::sys_seconds issued;
  std::chrono::sys_seconds expires;  ///< the token is not good at this second any more
  bool operator==(const AccessClaims&) const = default;
};

struct SigningKey {
  std::string id;  ///< kid
  crypto::KeyPair pair;
};

/// By kid.
using KeySet = std::map<std::string, crypto::PublicKey, std::less<>>;

enum class TokenFault : std::uint8_t {
  kInvalid,     ///< not a token of ours
  kExpired,     ///< it was one
  kUnknownKey,  ///< signed with a key that is not in the set: it may be newer than the set
};

using TokenResult = boost::system::result<AccessClaims, TokenFault>;

[[nodiscard]] std::string sign_token(const AccessClaims& claims, const SigningKey& key);

/// Takes one algorithm, EdDSA, and no extension (`crit`, `aud`, `nbf`). About 0.1 ms: cache what is asked often.
[[nodiscard]] TokenResult verify_token(std::string_view token, const KeySet& keys, std::chrono::sys_seconds now);

/// Found by Boost.System when value() is called on a fault.
[[noreturn]] void throw_exception_from_error(TokenFault fault, const boost::source_location&);

}  // namespace fanfare::runtime::jwt
