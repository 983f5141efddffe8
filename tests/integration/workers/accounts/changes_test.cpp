#include <gtest/gtest.h>

#include <csignal>
#include <mutex>
#include <thread>
#include <vector>

#include "tests/integration/workers/accounts/accounts_system.hpp"

namespace fanfare::workers::accounts::test {
namespace {

/// What arrives on `$change.conversation.*` and `user.*`.
class Changes : public AccountsSystem {
 protected:
  Changes() {
    EXPECT_TRUE(changes_.wait_ready(patient(seconds(10))));
    EXPECT_TRUE(users_.wait_ready(patient(seconds(10))));
  }

  void expect_in_order_and_once(const std::vector<std::string>& conversations) {
    EXPECT_TRUE(eventually(seconds(30), [&] { return seen().size() >= conversations.size(); }));
    const auto arrived = seen();
    std::vector<std::string> ids;
    std::uint64_t last = 0;
    for (const json& event : arrived) {
      ids.push_back(event["conversation"]);
      EXPECT_GT(event["change"].get<std::uint64_t>(), last);
      last = event["change"];
    }
    EXPECT_EQ(ids, conversations);
  }
  std::vector<json> seen() {
    const std::lock_guard lock(mutex_);
    return seen_;
  }
  std::vector<std::pair<std::string, json>> told() {
    const std::lock_guard lock(mutex_);
    return told_;
  }
  std::string create_room(const std::string& founder, const std::string& other) {
    const json answer = create({{"kind", "room"}, {"title", "r"}, {"members", {other}}}, founder);
    return answer.value("/conversation/id"_json_pointer, "");
  }

 private:
  std::mutex mutex_;
  std::vector<json> seen_;
  std::vector<std::pair<std::string, json>> told_;
  Subscription changes_ = client.subscribe("$change.conversation.*", [this](const Message& message) {
    const std::lock_guard lock(mutex_);
    seen_.push_back(json::parse(message.payload));
  });
  Subscription users_ = client.subscribe("user.*", [this](const Message& message) {
    const std::lock_guard lock(mutex_);
    told_.emplace_back(message.topic, json::parse(message.payload));
  });
};

TEST_F(Changes, ComeInOrderAndOnceFromTwoReplicas) {
  const auto one = start_accounts();
  const auto other = start_accounts();
  const std::string anna = id_of(register_person("anna"));
  const std::string paul = id_of(register_person("paul"));
  std::vector<std::string> made;
  for (int i = 0; i < 20; ++i) made.push_back(create_room(anna, paul));
  expect_in_order_and_once(made);
}

TEST_F(Changes, TellEachMemberOfANewConversation) {
  const auto accounts = start_accounts();
  const std::string anna = id_of(register_person("anna"));
  const std::string paul = id_of(register_person("paul"));
  const std::string room = create_room(anna, paul);
  ASSERT_TRUE(eventually(seconds(10), [&] { return told().size() == 2; }));
  const json expected = {{"kind", "conversation_added"}, {"conversation", room}};
  EXPECT_EQ(told()[0], (std::pair<std::string, json>("user." + anna, expected)));
  EXPECT_EQ(told()[1], (std::pair<std::string, json>("user." + paul, expected)));
}

TEST_F(Changes, AreNotOlderThanTheAnswersThatFollow) {
  const auto accounts = start_accounts();
  const std::string anna = id_of(register_person("anna"));
  const std::string paul = id_of(register_person("paul"));
  const std::string room = create_room(anna, paul);
  ASSERT_TRUE(eventually(seconds(10), [&] { return seen().size() == 1; }));
  const json access = ask("conversations.access", {{"conversation", room}}, paul)["ok"];
  EXPECT_GE(access["change"].get<int>(), seen()[0]["change"].get<int>());
}

TEST_F(Changes, ComeOnceAndInOrderThoughAccountsIsKilledRightAfterEachAnswer) {
  std::optional<runtime::ChildProcess> accounts(start_accounts());
  const std::string anna = id_of(register_person("anna"));
  const std::string paul = id_of(register_person("paul"));
  std::vector<std::string> made;
  for (int i = 0; i < 5; ++i) {
    made.push_back(create_room(anna, paul));
    accounts->kill_group();
    accounts->wait(patient(seconds(10)));
    accounts.reset();
    accounts.emplace(start_accounts());
  }
  expect_in_order_and_once(made);
}

}  // namespace
}  // namespace fanfare::workers::accounts::test
