#pragma once
// Answers accounts.keys, accounts.whoami, conversations.access and conversations.members over a real broker, as the
// test says, and makes access tokens. Calls may come from any thread.

#include <fanfare/client.hpp>

#include <chrono>
#include <cstdint>
#include <mutex>
#include <set>
#include <string>
#include <utility>

#include "runtime/jwt/token.hpp"

namespace fanfare::test {

class ScriptedAccounts {
 public:
  explicit ScriptedAccounts(const std::string& address);

  /// A token for `person`, a UUID.
  [[nodiscard]] std::string token(const std::string& person,
                                  std::chrono::seconds life = std::chrono::minutes(15)) const;
  void add(const std::string& conversation, const std::string& person);
  /// Takes them out and publishes the change.
  void remove(const std::string& conversation, const std::string& person);

  [[nodiscard]] Client& client() { return client_; }

 private:
  Reply access(const Request& request);
  Reply members(const Request& request);

  runtime::jwt::SigningKey key_;
  std::mutex mutex_;
  std::uint64_t change_ = 1;
  std::set<std::pair<std::string, std::string>> members_;
  Client client_;
  Service keys_;
  Service whoami_;
  Service access_;
  Service members_service_;
};

}  // namespace fanfare::test
