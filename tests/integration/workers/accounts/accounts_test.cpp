#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <thread>

#include "tests/integration/workers/accounts/accounts_system.hpp"

namespace fanfare::workers::accounts::test {
namespace {

class Accounts : public AccountsSystem {
 protected:
  json refresh(const json& tokens) { return ask("accounts.refresh", {{"refresh_token", tokens["refresh_token"]}}); }

  runtime::ChildProcess accounts = start_accounts();
};

TEST_F(Accounts, ATokenThatComesAgainEndsTheSession) {
  const json registered = register_person("anna");
  const json first = ask("accounts.login", {{"username", "Anna"}, {"password", kPassword}})["ok"];
  EXPECT_EQ(id_of(first), id_of(registered));
  const json second = refresh(first)["ok"];
  const json third = refresh(second)["ok"];
  ASSERT_TRUE(third.contains("refresh_token"));
  EXPECT_EQ(refresh(first)["error"]["code"], "token_invalid");
  EXPECT_EQ(refresh(third)["error"]["code"], "token_invalid");
  EXPECT_TRUE(refresh(registered).contains("ok")) << "another login is not touched";
}

TEST_F(Accounts, ALookAlikeIsRefused) {
  register_person("paypal");
  EXPECT_EQ(error_of("accounts.register", {{"username", "paypa1"}, {"password", kPassword}}), "already_exists");
  EXPECT_EQ(error_of("accounts.register", {{"username", "p\u0430ypal"}, {"password", kPassword}}), "invalid");
}

TEST_F(Accounts, TwoWhoBeginADirectConversationAtTheSameTimeAreInTheSameOne) {
  const std::string anna = id_of(register_person("anna"));
  const std::string paul = id_of(register_person("paul"));
  std::vector<std::future<Reply>> replies;
  for (int i = 0; i < 10; ++i) {
    replies.push_back(begin("conversations.create", {{"kind", "direct"}, {"members", {paul}}}, anna));
    replies.push_back(begin("conversations.create", {{"kind", "direct"}, {"members", {anna}}}, paul));
  }
  std::set<std::string> ids;
  int created = 0;
  for (auto& reply : replies) {
    const json answer = json::parse(reply.get().payload)["ok"];
    ids.insert(answer["conversation"]["id"].get<std::string>());
    if (answer["created"] == true) ++created;
  }
  EXPECT_EQ(ids.size(), 1);
  EXPECT_EQ(created, 1);
}

TEST_F(Accounts, ARoomIsThereForItsMembersOnly) {
  const std::string anna = id_of(register_person("anna"));
  const std::string paul = id_of(register_person("paul"));
  const std::string zoe = id_of(register_person("zoe"));
  const json room = create({{"kind", "room"}, {"title", "Friends"}, {"members", {paul}}}, anna)["conversation"];
  EXPECT_EQ(ask("conversations.list", json::object(), paul)["ok"]["conversations"][0], room);
  EXPECT_EQ(ask("conversations.access", {{"conversation", room["id"]}}, paul)["ok"]["role"], "member");
  EXPECT_EQ(error_of("conversations.access", {{"conversation", room["id"]}}, zoe), "not_found");
  EXPECT_EQ(error_of("conversations.members", {{"conversation", room["id"]}}, zoe), "not_found");
}

TEST_F(Accounts, WhoIsInIsAnsweredWhilePasswordsAreHashed) {
  const std::string anna = id_of(register_person("anna"));
  std::vector<std::future<Reply>> logins;
  for (int i = 0; i < 16; ++i) {
    const std::string name = "nobody-" + std::to_string(i);
    logins.push_back(begin("accounts.login", {{"username", name}, {"password", kPassword}}));
  }
  EXPECT_TRUE(ask("accounts.whoami", json::object(), anna).contains("ok"));
  EXPECT_NE(logins.back().wait_for(seconds(0)), std::future_status::ready) << "the passwords came first";
  for (auto& login : logins) EXPECT_EQ(json::parse(login.get().payload)["error"]["code"], "bad_credentials");
}

TEST_F(Accounts, TooManyLoginsAtOnceAreToldToComeBack) {
  std::vector<std::future<Reply>> logins;
  for (int i = 0; i < 200; ++i) {
    const std::string name = "nobody-" + std::to_string(i);
    logins.push_back(begin("accounts.login", {{"username", name}, {"password", kPassword}}));
  }
  std::map<std::string, int> codes;
  for (auto& login : logins) ++codes[json::parse(login.get().payload)["error"]["code"].get<std::string>()];
  EXPECT_GT(codes["bad_credentials"], 0);
  EXPECT_GT(codes["too_many_requests"], 0);
  EXPECT_EQ(codes["bad_credentials"] + codes["too_many_requests"], 200);
}

TEST_F(Accounts, ReplicasSignWithTheSameKey) {
  const json keys = ask("accounts.keys", json::object());
  const runtime::ChildProcess second = start_accounts();
  for (int i = 0; i < 10; ++i) EXPECT_EQ(ask("accounts.keys", json::object()), keys);
}

TEST_F(Accounts, EndsInOrderAfterAllItDid) {  // also what a sanitizer has found in it shows here
  const std::string anna = id_of(register_person("anna"));
  const std::string paul = id_of(register_person("paul"));
  create({{"kind", "direct"}, {"members", {paul}}}, anna);
  accounts.send_signal(SIGTERM);
  EXPECT_EQ(accounts.wait(patient(seconds(10))), runtime::ExitStatus{}) << accounts.read_output();
}

}  // namespace
}  // namespace fanfare::workers::accounts::test
