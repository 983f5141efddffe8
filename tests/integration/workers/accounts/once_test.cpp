// Changes that name an Idempotency-Key, while fanfare-accounts is killed again and again.

#include <gtest/gtest.h>

#include <csignal>
#include <random>
#include <set>
#include <thread>

#include "tests/integration/workers/accounts/accounts_system.hpp"

namespace fanfare::workers::accounts::test {
namespace {

class Once : public AccountsSystem {
 protected:
  std::future<Reply> create(const std::string& key, const std::string& person) {
    const json request = {{"kind", "room"}, {"title", key}, {"members", json::array()}};
    return client.request("conversations.create", request.dump(), seconds(60),
                          {.headers = {{"idempotency-key", key}}, .actor = person, .retry_safe = true});
  }
  static std::string id_in(const std::string& reply) {
    return json::parse(reply).value("/ok/conversation/id"_json_pointer, reply);
  }
};

TEST_F(Once, ARepeatIsAnsweredByAnotherReplicaWithTheFirstOnesAnswer) {
  auto first = start_accounts();
  const std::string anna = id_of(register_person("anna"));
  const std::string reply = create("k", anna).get().payload;
  auto second = start_accounts();
  first.send_signal(SIGKILL);
  first.wait(patient(seconds(10)));
  EXPECT_EQ(create("k", anna).get().payload, reply);
  EXPECT_EQ(ask("conversations.list", json::object(), anna)["ok"]["conversations"].size(), 1U);
}

TEST_F(Once, AChangeIsDoneOnceWheneverItsWorkerIsKilled) {
  constexpr int kRounds = 6;
  const auto seed = std::random_device()();
  std::cout << "seed " << seed << '\n';
  std::mt19937 random(seed);
  std::string anna;
  std::set<std::string> ids;
  auto accounts = std::make_unique<runtime::ChildProcess>(start_accounts());
  anna = id_of(register_person("anna"));
  for (int round = 0; round < kRounds; ++round) {
    const std::string key = "k" + std::to_string(round);
    auto reply = create(key, anna);
    // Before it came, while it is done, after the commit, after the answer: wherever this hits.
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 6'000));
    accounts->send_signal(SIGKILL);
    accounts->wait(patient(seconds(10)));
    accounts = std::make_unique<runtime::ChildProcess>(start_accounts());
    const std::string id = id_in(reply.get().payload);
    EXPECT_EQ(id_in(create(key, anna).get().payload), id);
    EXPECT_TRUE(ids.insert(id).second) << id;
  }
  const json list = ask("conversations.list", json::object(), anna)["ok"]["conversations"];
  EXPECT_EQ(list.size(), ids.size());
}

}  // namespace
}  // namespace fanfare::workers::accounts::test
