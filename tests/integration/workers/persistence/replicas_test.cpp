// Several workers of the group `persistence` on one broker and one database.
#include <memory>
#include <thread>

#include "tests/integration/workers/persistence/persistence_system.hpp"

namespace fanfare::workers::persistence {
namespace {

using namespace test_support;

constexpr std::uint32_t kRooms = 40;

/// The conversation of a message's number.
std::string room_of(std::uint32_t number) { return message_id(1'000'000 + number % kRooms).to_string(); }

class PersistenceReplicas : public PersistenceSystem {
 protected:
  void start(std::size_t count) {
    while (workers.size() < count) workers.push_back(std::make_unique<Worker>(config));
  }

  void publish_to_rooms(std::uint32_t first, std::uint32_t last) const {
    auto client = connect();
    std::deque<std::future<Ack>> acks;
    for (std::uint32_t number = first; number <= last; ++number) {
      acks.push_back(client.publish("chat." + room_of(number), text_payload(number),
                                    {.actor = kPerson, .id = message_id(number)}));
    }
    for (auto& ack : acks) EXPECT_EQ(ack.get().stream, "chat");
  }

  /// Nothing was stored twice and nothing has failed.
  void expect_all_stored(std::uint32_t last) const {
    EXPECT_TRUE(eventually(20s, [&] { return stored().size() == last; })) << stored().size();
    EXPECT_EQ(stored(), texts(1, last));
    // Acknowledgements come after the commit.
    EXPECT_TRUE(eventually(10s, [&] { return group().at("pending") == "0"; })) << group().at("pending");
    EXPECT_EQ(group().at("dead"), "0");
  }

  /// A member takes nothing more and has something.
  [[nodiscard]] bool is_finishing() const {
    auto client = connect();
    return std::ranges::any_of(client.query(QueryKind::members).get(), [](const Headers& row) {
      return row.at("group") == "persistence" && row.at("state") == "finishing";
    });
  }

  template <class Work>
  void while_the_database_is_held(Work work) {
    SqliteConnection holder = open_database();
    const auto done = holder.write([&](SqliteTransaction&) -> Result<void> {
      work();
      return {};
    });
    EXPECT_TRUE(done.has_value());
  }

  std::vector<std::unique_ptr<Worker>> workers;
};

class PersistenceReplicasCount : public PersistenceReplicas, public testing::WithParamInterface<std::size_t> {};

TEST_P(PersistenceReplicasCount, ShareTheWorkAndStoreEachMessageOnce) {
  start(GetParam());
  // Held, so that each is full before one can be done with everything.
  while_the_database_is_held([&] {
    publish_to_rooms(1, 2'000);
    EXPECT_TRUE(eventually(10s, [&] { return group().at("in_flight") == std::to_string(GetParam() * 100); }));
  });
  expect_all_stored(2'000);
  double sum = 0;
  for (const auto& worker : workers) {
    EXPECT_GT(worker->figure("fanfare_persistence_stored_total"), 0);
    sum += worker->figure("fanfare_persistence_stored_total");
  }
  EXPECT_EQ(sum, 2'000);
  for (const auto& worker : workers) worker->stop();
}

INSTANTIATE_TEST_SUITE_P(Of, PersistenceReplicasCount, testing::Values(1, 2, 4));

TEST_F(PersistenceReplicas, OneThatIsStoppedLeavesItsWorkToTheOthersAtOnce) {
  start(3);
  publish_to_rooms(1, 3'000);
  workers[0]->stop();
  publish_to_rooms(3'001, 4'000);
  workers[1]->stop();
  expect_all_stored(4'000);
  workers[2]->stop();
}

TEST_F(PersistenceReplicas, OneThatIsStoppedWritesWhatItWasHandedAndNothingComesASecondTime) {
  config.workers.persistence.batch = 500;
  start(2);
  std::thread held;
  while_the_database_is_held([&] {
    publish_to_rooms(1, 4'000);
    EXPECT_TRUE(eventually(10s, [&] { return group().at("in_flight") == "2000"; }));
    held = std::thread([&] { workers[0]->stop(); });
    EXPECT_TRUE(eventually(10s, [&] { return is_finishing(); }));
    EXPECT_EQ(group().at("in_flight"), "2000") << "it gives nothing back";
  });
  held.join();
  expect_all_stored(4'000);
  EXPECT_EQ(group().at("members"), "1");
  const auto stored_by = [&](std::size_t worker) {
    return workers[worker]->figure("fanfare_persistence_stored_total");
  };
  EXPECT_EQ(stored_by(0), 1'000);
  EXPECT_EQ(stored_by(1), 3'000);
  for (const auto& worker : workers) {
    EXPECT_TRUE(worker->counts("fanfare_persistence_redelivered_total 0"));
    EXPECT_TRUE(worker->counts("fanfare_persistence_repeated_total 0"));
  }
  workers[1]->stop();
}

TEST_F(PersistenceReplicas, OneThatIsStoppedAnswersForTheHistoryUntilItHasWritten) {
  start(1);
  make_room();
  publish(1, 100);
  EXPECT_TRUE(eventually(10s, [&] { return stored().size() == 100; }));
  std::thread stopping;
  while_the_database_is_held([&] {
    publish(101, 150);
    EXPECT_TRUE(eventually(10s, [&] { return group().at("in_flight") == "50"; }));
    stopping = std::thread([&] { workers[0]->stop(); });
    EXPECT_TRUE(eventually(10s, [&] { return is_finishing(); }));
    EXPECT_EQ(whole_history(), texts(1, 150));
  });
  stopping.join();
  EXPECT_EQ(stored(), texts(1, 150));
  EXPECT_EQ(group().at("pending"), "0");
}

TEST_F(PersistenceReplicas, OneThatCanNotWriteLeavesItsWorkToTheOthersWhenItIsStopped) {
  start(2);
  while_the_database_is_held([&] {
    publish_to_rooms(1, 200);
    EXPECT_TRUE(eventually(10s, [&] { return group().at("in_flight") == "200"; }));
    EXPECT_THAT(workers[0]->stop(), HasSubstr("records are left for others"));
    EXPECT_TRUE(eventually(10s, [&] { return group().at("in_flight") == "100"; }));
  });
  expect_all_stored(200);
  workers[1]->stop();
}

TEST_F(PersistenceReplicas, GoOnWithABrokerThatWasKilledWhileTheDatabaseWasHeld) {
  start(2);
  while_the_database_is_held([&] {
    publish_to_rooms(1, 1'000);
    broker->kill();
    broker.emplace(address, folder.path());
    publish_to_rooms(1'001, 1'500);
  });
  expect_all_stored(1'500);
  for (const auto& worker : workers) worker->stop();
}

TEST_F(PersistenceReplicas, TheHistoryIsExactWhileTheyWork) {
  config.workers.persistence.linger = 20ms;
  start(4);
  make_room();
  for (std::uint32_t last = 200; last <= 1'000; last += 200) {
    publish(last - 199, last);
    EXPECT_EQ(whole_history(), texts(1, last));
  }
  expect_all_stored(1'000);
  for (const auto& worker : workers) worker->stop();
}

TEST_F(PersistenceReplicas, AMessageThatTheDatabaseRefusesHoldsUpItsConversationOnlyAndTheHistoryIsComplete) {
  start(2);
  make_room();
  execute(
      "CREATE TRIGGER refusal BEFORE INSERT ON message WHEN NEW.text = 'text 3' "
      "BEGIN SELECT RAISE(ABORT, 'not this one'); END");
  publish(1, 50);
  publish_to_rooms(51, 150);
  EXPECT_TRUE(eventually(10s, [&] {
    return workers[0]->figure("fanfare_persistence_refused_total") +
               workers[1]->figure("fanfare_persistence_refused_total") >=
           3;
  }));
  EXPECT_TRUE(eventually(10s, [&] { return stored().size() == 102; }));
  EXPECT_EQ(whole_history(), texts(1, 50));
  execute("DROP TRIGGER refusal");
  EXPECT_TRUE(eventually(10s, [&] { return stored().size() == 150; }));
  EXPECT_EQ(group().at("dead"), "0");
  EXPECT_EQ(whole_history(), texts(1, 50));
  for (const auto& worker : workers) worker->stop();
}

}  // namespace
}  // namespace fanfare::workers::persistence
