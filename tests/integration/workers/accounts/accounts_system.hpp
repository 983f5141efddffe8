#pragma once
// A broker and the built fanfare-accounts as child processes of one test, and a client that asks them. For tests only.

#include <gtest/gtest.h>
#include <fanfare/client.hpp>

#include <nlohmann/json.hpp>
#include <string>

#include "runtime/process/child_process.hpp"
#include "tests/integration/sdk/broker_process.hpp"
#include "tests/integration/sdk/scripted_broker.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::workers::accounts::test {

using fanfare::test::eventually;
using fanfare::test::patient;
using nlohmann::json;
using std::chrono::seconds;

inline const std::string kPassword = "correct horse";

class AccountsSystem : public testing::Test {
 protected:
  AccountsSystem() { EXPECT_TRUE(client.wait_ready(patient(seconds(10)))) << client.state().reason; }

  /// Ready.
  [[nodiscard]] runtime::ChildProcess start_accounts() const;

  std::future<Reply> begin(const std::string& topic, const json& request, const std::string& actor = "") {
    return client.request(topic, request.dump(), patient(seconds(10)), {.actor = actor});
  }
  json ask(const std::string& topic, const json& request, const std::string& actor = "") {
    return json::parse(begin(topic, request, actor).get().payload);
  }
  std::string error_of(const std::string& topic, const json& request, const std::string& actor = "") {
    return ask(topic, request, actor).value("/error/code"_json_pointer, "");
  }
  /// Tokens.
  json register_person(const std::string& name) {
    const json answer = ask("accounts.register", {{"username", name}, {"password", kPassword}});
    EXPECT_TRUE(answer.contains("ok")) << answer;
    return answer.value("ok", json::object());
  }
  std::string id_of(const json& tokens) { return tokens.value("/user/id"_json_pointer, ""); }
  json create(const json& request, const std::string& actor) {
    const json answer = ask("conversations.create", request, actor);
    EXPECT_TRUE(answer.contains("ok")) << answer;
    return answer.value("ok", json::object());
  }

  const fanfare::test::TemporaryAddress address;
  fanfare::test::BrokerProcess broker{address.str(), address.folder()};
  Client client = Client::connect({.address = address.str(), .name = "test"});
};

}  // namespace fanfare::workers::accounts::test
