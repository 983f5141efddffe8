#include "frontends/common/access_tokens.hpp"

#include <algorithm>

#include "runtime/crypto/base64url.hpp"
#include "runtime/json/strict_json.hpp"

namespace fanfare::frontends::common {
namespace {

using Json = nlohmann::json;
using runtime::jwt::KeySet;
using runtime::jwt::TokenFault;

/// A forged key id costs one question in this time, not one per request.
constexpr std::chrono::seconds kPauseBetweenQuestions{2};

Refusal token_invalid() { return {.code = Code::kTokenInvalid, .message = "log in again"}; }

}  // namespace

std::shared_ptr<const KeySet> read_keys(std::string_view answer) try {
  const std::optional<Json> object = runtime::parse_strict_json(answer);
  if (!object) return nullptr;
  auto keys = std::make_shared<KeySet>();
  for (const Json& entry : object->at("keys")) {
    const auto bytes = runtime::crypto::decode_base64url(entry.at("x").get<std::string>());
    runtime::crypto::PublicKey key{};
    if (!bytes || bytes->size() != key.size()) return nullptr;
    std::ranges::transform(*bytes, key.begin(), [](char byte) { return static_cast<std::uint8_t>(byte); });
    keys->emplace(entry.at("kid").get<std::string>(), key);
  }
  return keys->empty() ? nullptr : keys;
} catch (const Json::exception&) {
  return nullptr;
}

void AccessTokens::load(std::function<void(bool)> done) {
  services_.call({.topic = "accounts.keys", .payload = "{}"}, [state = state_, done](const Answer& answer) {
    const auto keys = answer ? read_keys(*answer) : nullptr;
    if (keys) {
      const std::lock_guard lock(state->mutex);
      state->keys = keys;
    }
    if (done) done(keys != nullptr);
  });
}

bool AccessTokens::is_loaded() const {
  const std::lock_guard lock(state_->mutex);
  return state_->keys != nullptr;
}

OrRefusal<Identity> AccessTokens::check(std::string_view token, std::chrono::system_clock::time_point now) {
  std::shared_ptr<const KeySet> keys;
  {
    const std::lock_guard lock(state_->mutex);
    keys = state_->keys;
  }
  static const KeySet kNone;
  const auto claims =
      runtime::jwt::verify_token(token, keys ? *keys : kNone, std::chrono::floor<std::chrono::seconds>(now));
  if (claims) return Identity{claims->person.to_string(), claims->session.to_string(), claims->expires};
  if (claims.error() == TokenFault::kExpired) {
    return Refusal{.code = Code::kTokenExpired, .message = "the access token has expired; refresh it"};
  }
  if (claims.error() != TokenFault::kUnknownKey) return token_invalid();
  bool may_ask = false;
  {
    const std::lock_guard lock(state_->mutex);
    may_ask = now - state_->asked_for_new >= kPauseBetweenQuestions;
    if (may_ask) state_->asked_for_new = now;
  }
  if (may_ask) load();
  if (!keys || may_ask) return unavailable("the keys are being fetched; try again in a second");
  return token_invalid();
}

}  // namespace fanfare::frontends::common
