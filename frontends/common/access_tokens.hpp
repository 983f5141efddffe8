#pragma once
// Checks access tokens with the public keys that fanfare-accounts gives out, so that a request of somebody logged in
// needs no question to it. Owned by the front-end; any thread. The keys are fetched again when a token names a new one.

#include <chrono>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "frontends/common/services.hpp"
#include "runtime/jwt/token.hpp"

namespace fanfare::frontends::common {

/// Who somebody is, proved by a token.
struct Identity {
  std::string person;
  std::string session;
  std::chrono::sys_seconds expires;
};

class AccessTokens {
 public:
  explicit AccessTokens(Services& services) : services_(services), state_(std::make_shared<State>()) {}

  /// Asks for the keys; `done` hears whether they came. Callers repeat it until they did.
  void load(std::function<void(bool)> done = {});
  [[nodiscard]] bool is_loaded() const;

  /// `token_invalid`, `token_expired`, or `unavailable` while the key that it names is being fetched.
  [[nodiscard]] OrRefusal<Identity> check(std::string_view token, std::chrono::system_clock::time_point now);

 private:
  struct State {
    std::mutex mutex;
    std::shared_ptr<const runtime::jwt::KeySet> keys;  ///< none until they came
    std::chrono::system_clock::time_point asked_for_new;
  };

  Services& services_;
  std::shared_ptr<State> state_;  ///< shared with answers that come late
};

/// The keys in the answer of `accounts.keys`; none when there is none or it can't be read.
[[nodiscard]] std::shared_ptr<const runtime::jwt::KeySet> read_keys(std::string_view answer);

}  // namespace fanfare::frontends::common
