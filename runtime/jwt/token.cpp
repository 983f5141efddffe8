#include "runtime/jwt/token.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <stdexcept>

#include "runtime/crypto/base64url.hpp"
#include "runtime/json/strict_json.hpp"

namespace fanfare::runtime::jwt {
namespace {

using nlohmann::json;

constexpr std::string_view kIssuer = "fanfare";

/// The three parts of a compact JWS (RFC 7515 §7.1), still encoded.
struct Parts {
  std::string_view header;
  std::string_view claims;
  std::string_view signature;
  std::string_view signed_text;
};

std::optional<Parts> split(std::string_view token) {
  const auto first = token.find('.');
  if (first == std::string_view::npos) return std::nullopt;
  const auto second = token.find('.', first + 1);
  if (second == std::string_view::npos || token.find('.', second + 1) != std::string_view::npos) return std::nullopt;
  return Parts{token.substr(0, first), token.substr(first + 1, second - first - 1), token.substr(second + 1),
               token.substr(0, second)};
}

std::optional<json> read_object(std::string_view encoded) {
  const auto text = crypto::decode_base64url(encoded);
  if (!text) return std::nullopt;
  auto value = parse_strict_json(*text, {.size = kMaximalTokenSize, .depth = 4});
  if (!value || !value->is_object()) return std::nullopt;
  return value;
}

std::optional<std::string> text_member(const json& object, const char* name) {
  const auto member = object.find(name);
  if (member == object.end() || !member->is_string()) return std::nullopt;
  return member->get<std::string>();
}

std::optional<Uuid> id_member(const json& object, const char* name) {
  const auto text = text_member(object, name);
  return text ? Uuid::parse(*text) : std::nullopt;
}

std::optional<std::chrono::sys_seconds> time_member(const json& object, const char* name) {
  constexpr std::uint64_t kYear10000 = 253'402'300'800;
  const auto member = object.find(name);
  if (member == object.end() || !member->is_number_unsigned()) return std::nullopt;
  const auto seconds = member->get<std::uint64_t>();
  if (seconds >= kYear10000) return std::nullopt;
  return std::chrono::sys_seconds(std::chrono::seconds(static_cast<std::int64_t>(seconds)));
}

/// The kid of a header that asks for nothing but what we do.
std::optional<std::string> key_id(const json& header) {
  // RFC 7515 §4.1.11: who does not understand an extension in `crit` must refuse; we understand none.
  if (header.contains("crit") || text_member(header, "alg") != "EdDSA") return std::nullopt;
  if (header.contains("typ") && text_member(header, "typ") != "JWT") return std::nullopt;
  return text_member(header, "kid");
}

std::optional<AccessClaims> read_claims(const json& claims) {
  if (text_member(claims, "iss") != kIssuer || claims.contains("aud") || claims.contains("nbf")) return std::nullopt;
  const auto person = id_member(claims, "sub");
  const auto session = id_member(claims, "sid");
  const auto issued = time_member(claims, "iat");
  const auto expires = time_member(claims, "exp");
  if (!person || !session || !issued || !expires || *issued > *expires) return std::nullopt;
  return AccessClaims{*person, *session, *issued, *expires};
}

bool is_signed_by(const Parts& parts, const crypto::PublicKey& key) {
  const auto bytes = crypto::decode_base64url(parts.signature);
  crypto::Signature signature;
  if (!bytes || bytes->size() != signature.size()) return false;
  std::ranges::transform(*bytes, signature.begin(), [](char byte) { return static_cast<std::uint8_t>(byte); });
  return crypto::verify(parts.signed_text, signature, key);
}

}  // namespace

std::string sign_token(const AccessClaims& claims, const SigningKey& key) {
  const json header = {{"alg", "EdDSA"}, {"typ", "JWT"}, {"kid", key.id}};
  const json body = {{"iss", kIssuer},
                     {"sub", claims.person.to_string()},
                     {"sid", claims.session.to_string()},
                     {"iat", claims.issued.time_since_epoch().count()},
                     {"exp", claims.expires.time_since_epoch().count()}};
  std::string token = crypto::encode_base64url(header.dump()) + '.' + crypto::encode_base64url(body.dump());
  return token + '.' + crypto::encode_base64url(key.pair.sign(token));
}

TokenResult verify_token(std::string_view token, const KeySet& keys, std::chrono::sys_seconds now) {
  if (token.size() > kMaximalTokenSize) return TokenFault::kInvalid;
  const auto parts = split(token);
  if (!parts) return TokenFault::kInvalid;
  const auto header = read_object(parts->header);
  if (!header) return TokenFault::kInvalid;
  const auto id = key_id(*header);
  if (!id) return TokenFault::kInvalid;
  const auto key = keys.find(*id);
  if (key == keys.end()) return TokenFault::kUnknownKey;
  // Nothing of the claims is believed, or told apart, before the signature is.
  if (!is_signed_by(*parts, key->second)) return TokenFault::kInvalid;
  const auto body = read_object(parts->claims);
  if (!body) return TokenFault::kInvalid;
  const auto claims = read_claims(*body);
  if (!claims) return TokenFault::kInvalid;
  if (now >= claims->expires) return TokenFault::kExpired;
  return *claims;
}

void throw_exception_from_error(TokenFault fault, const boost::source_location&) {
  switch (fault) {
    case TokenFault::kExpired:
      throw std::runtime_error("the access token has expired");
    case TokenFault::kUnknownKey:
      throw std::runtime_error("the access token's key is not known");
    case TokenFault::kInvalid:
      break;
  }
  throw std::runtime_error("the access token is not valid");
}

}  // namespace fanfare::runtime::jwt
