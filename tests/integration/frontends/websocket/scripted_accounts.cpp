#include "tests/integration/frontends/websocket/scripted_accounts.hpp"

#include <stdexcept>

#include "runtime/crypto/base64url.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::test {
namespace {

using namespace std::chrono_literals;

const Uuid kSession = *Uuid::parse("0190e000-0000-7000-8000-000000000001");

std::string keys_answer(const runtime::jwt::SigningKey& key) {
  return R"({"ok":{"keys":[{"kid":")" + key.id + R"(","kty":"OKP","crv":"Ed25519","x":")" +
         runtime::crypto::encode_base64url(std::span<const unsigned char>(key.pair.public_key())) + R"("}]}})";
}

Client connected(const std::string& address) {
  auto client = Client::connect({.address = address, .name = "accounts"});
  if (!client.wait_ready(patient(10s))) throw std::runtime_error("no broker: " + client.state().reason);
  return client;
}

}  // namespace

ScriptedAccounts::ScriptedAccounts(const std::string& address)
    : key_{"test-1", runtime::crypto::KeyPair::generate()},
      client_(connected(address)),
      keys_(client_.serve("accounts.keys", [this](const Request&) { return Reply{keys_answer(key_)}; })),
      whoami_(client_.serve("accounts.whoami",
                            [](const Request& request) {
                              return Reply{R"({"ok":{"user":{"id":")" + std::string(request.actor) + R"("}}})"};
                            })),
      access_(client_.serve("conversations.access", [this](const Request& request) { return access(request); })),
      members_service_(
          client_.serve("conversations.members", [this](const Request& request) { return members(request); })) {
  for (const Service* service : {&keys_, &whoami_, &access_, &members_service_}) {
    if (!service->wait_ready(patient(5s))) throw std::runtime_error("the broker takes no service");
  }
}

std::string ScriptedAccounts::token(const std::string& person, std::chrono::seconds life) const {
  const auto now = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
  return runtime::jwt::sign_token(
      {.person = Uuid::parse(person).value(), .session = kSession, .issued = now - 1h, .expires = now + life}, key_);
}

void ScriptedAccounts::add(const std::string& conversation, const std::string& person) {
  const std::lock_guard lock(mutex_);
  members_.emplace(conversation, person);
}

void ScriptedAccounts::remove(const std::string& conversation, const std::string& person) {
  std::uint64_t change = 0;
  {
    const std::lock_guard lock(mutex_);
    members_.erase({conversation, person});
    change = ++change_;
  }
  client_
      .publish("$change.conversation." + conversation,
               R"({"change":)" + std::to_string(change) + R"(,"conversation":")" + conversation + R"("})")
      .get();
}

Reply ScriptedAccounts::members(const Request& request) {
  const std::string conversation(request.payload.substr(request.payload.size() - 38, 36));
  const std::lock_guard lock(mutex_);
  if (!members_.contains({conversation, std::string(request.actor)})) {
    return {R"({"error":{"code":"not_found","message":"no such conversation","retry":"never"}})"};
  }
  std::string list;
  for (const auto& [where, person] : members_) {
    if (where == conversation) list += (list.empty() ? R"({"id":")" : R"(,{"id":")") + person + R"("})";
  }
  return {R"({"ok":{"members":[)" + list + R"(],"next":null}})"};
}

Reply ScriptedAccounts::access(const Request& request) {
  // {"conversation":"<36 characters>"}, as the front-end writes it
  const std::string conversation(request.payload.substr(request.payload.size() - 38, 36));
  const std::lock_guard lock(mutex_);
  const auto change = std::to_string(change_);
  if (!members_.contains({conversation, std::string(request.actor)})) {
    return {R"({"error":{"code":"not_found","message":"no such conversation","retry":"never","change":)" + change +
            "}}"};
  }
  return {R"({"ok":{"conversation":")" + conversation + R"(","role":"member","change":)" + change + "}}"};
}

}  // namespace fanfare::test
