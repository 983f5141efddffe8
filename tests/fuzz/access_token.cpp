// Parts of a token, each raw and signed with a key that is known: whatever they hold, verifying ends, and only what
// names our issuer and two ids is believed.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "runtime/crypto/base64url.hpp"
#include "runtime/jwt/token.hpp"

namespace {

namespace crypto = fanfare::runtime::crypto;
namespace jwt = fanfare::runtime::jwt;

constexpr std::chrono::sys_seconds kNow{std::chrono::seconds(1'790'000'000)};

/// The input's first line is the header, the rest the claims.
std::string signed_token(std::string_view input, const crypto::KeyPair& pair) {
  const auto line = input.find('\n');
  const auto header = input.substr(0, line);
  const auto claims = line == std::string_view::npos ? std::string_view() : input.substr(line + 1);
  const std::string text = crypto::encode_base64url(header) + '.' + crypto::encode_base64url(claims);
  return text + '.' + crypto::encode_base64url(pair.sign(text));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const crypto::KeyPair pair(crypto::SecretSeed{1});
  static const jwt::KeySet keys{{"k1", pair.public_key()}};
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (jwt::verify_token(input, keys, kNow).has_value()) std::abort();  // nobody guesses a signature
  const auto claims = jwt::verify_token(signed_token(input, pair), keys, kNow);
  if (claims.has_value() && (claims->expires <= kNow || input.find("fanfare") == std::string_view::npos)) std::abort();
  return 0;
}
