// The worker with a real broker and a real database.
#include "tests/integration/workers/persistence/persistence_system.hpp"

namespace fanfare::workers::persistence {
namespace {

using namespace test_support;

using PersistenceServiceTest = PersistenceSystem;

TEST_F(PersistenceServiceTest, WhatWasAcknowledgedIsStoredOnceInItsOrderHoweverOftenItIsStopped) {
  for (std::uint32_t first = 1; first <= 901; first += 300) {
    Worker worker(config);
    publish(first, first + 299);
    worker.stop();
  }
  Worker worker(config);
  EXPECT_TRUE(eventually(5s, [&] { return stored().size() == 1'200; }));
  EXPECT_EQ(stored(), texts(1, 1'200));
  worker.stop();
}

TEST_F(PersistenceServiceTest, StoppedItWritesWhatItHasTakenAndTheRestIsStoredAfterTheNextStart) {
  {
    Worker worker(config);
    publish(1, 1'000);
    worker.stop();
    const auto all = stored();
    EXPECT_EQ(all, texts(1, static_cast<std::uint32_t>(all.size())));
  }
  Worker worker(config);
  EXPECT_TRUE(eventually(5s, [&] { return stored().size() == 1'000; }));
  EXPECT_EQ(stored(), texts(1, 1'000));
  worker.stop();
}

TEST_F(PersistenceServiceTest, ARestartStoresNothingTwice) {
  {
    Worker worker(config);
    publish(1, 20);
    EXPECT_TRUE(eventually(5s, [&] { return stored().size() == 20; }));
    worker.stop();
  }
  Worker worker(config);
  publish(10, 30);
  publish(30, 30);
  EXPECT_TRUE(eventually(5s, [&] { return stored().size() == 30; }));
  EXPECT_EQ(stored(), texts(1, 30));
  EXPECT_THAT(worker.stop(), testing::Not(HasSubstr("missing")));
}

TEST_F(PersistenceServiceTest, MessagesSentWhileNoWorkerRanAreStoredByTheNext) {
  publish(1, 2);
  for (std::uint32_t number = 3; number <= 7; number += 2) {
    Worker worker(config);
    publish(number, number);
    EXPECT_TRUE(eventually(5s, [&] { return stored().size() == number; }));
    worker.stop();
    publish(number + 1, number + 1);
  }
  EXPECT_EQ(stored(), texts(1, 7));
}

TEST_F(PersistenceServiceTest, WhatIsNoMessageCountsAsRead) {
  auto client = connect();
  for (int number = 0; number < 3; ++number) {
    client.publish("chat." + std::string(kRoom), R"({"kind":"edited"})", {.actor = kPerson}).get();
  }
  Worker worker(config);
  EXPECT_TRUE(eventually(5s, [&] { return reached() == 3; }));
  worker.stop();
}

TEST_F(PersistenceServiceTest, GoesOnWithABrokerThatWasKilled) {
  Worker worker(config);
  publish(1, 10);
  broker->kill();
  broker.emplace(address, folder.path());
  publish(9, 12);  // the ids of 9 and 10 are known
  EXPECT_TRUE(eventually(10s, [&] { return stored().size() == 12; }));
  EXPECT_EQ(stored(), texts(1, 12));
  EXPECT_TRUE(worker.counts("fanfare_persistence_new_epochs_total 0"));
  EXPECT_THAT(worker.stop(), testing::Not(HasSubstr("missing")));
}

TEST_F(PersistenceServiceTest, SaysWhenTheBrokerHasLostItsJournalAndKnowsWhatComesAgain) {
  Worker worker(config);
  make_room();
  publish(1, 10);
  EXPECT_TRUE(eventually(5s, [&] { return stored().size() == 10; }));
  broker->kill();
  std::filesystem::remove_all(config.data_dir / "journal");
  broker.emplace(address, folder.path());
  publish(9, 12);  // the new epoch does not know these ids: 9 and 10 come again, at other positions
  EXPECT_TRUE(eventually(10s, [&] { return stored().size() == 12; }));
  EXPECT_EQ(stored(), texts(1, 12));
  EXPECT_TRUE(worker.counts("fanfare_persistence_new_epochs_total 1"));
  EXPECT_TRUE(eventually(5s, [&] { return reached() == 4; }));  // the new epoch counts from 1
  EXPECT_TRUE(eventually(10s, [&] {
    try {
      return whole_history() == texts(1, 12);
    } catch (const fanfare::Error&) {  // nobody serves it again yet
      return false;
    }
  }));
  EXPECT_THAT(worker.stop(), HasSubstr("is missing in the history"));
}

TEST_F(PersistenceServiceTest, WhatIsNoMessageIsSkippedAndTheRestIsStored) {
  Worker worker(config);
  auto client = connect();
  const std::string topic = "chat." + std::string(kRoom);
  client.publish(topic, "nonsense", {.actor = kPerson}).get();
  client.publish(topic, text_payload(1)).get();
  client.publish("chat.lobby", text_payload(1), {.actor = kPerson}).get();
  client.publish(topic, R"({"kind":"edited"})", {.actor = kPerson}).get();
  publish(2, 2);
  EXPECT_TRUE(eventually(5s, [&] { return stored().size() == 1; }));
  const std::string log = worker.stop();
  for (const char* reason : {"no_json", "no_actor", "bad_topic"}) EXPECT_THAT(log, HasSubstr(reason));
  EXPECT_EQ(stored(), texts(2, 2));
}

TEST_F(PersistenceServiceTest, LosesNothingWhileTheDatabaseIsHeldAndTheHistoryIsCompleteMeanwhile) {
  Worker worker(config);
  make_room();
  publish(1, 1);
  EXPECT_TRUE(eventually(5s, [&] { return stored().size() == 1; }));
  SqliteConnection holder = open_database();
  const auto seen = holder.write([&](SqliteTransaction&) -> Result<std::vector<std::string>> {
    publish(2, 300);
    EXPECT_TRUE(eventually(10s, [&] { return worker.counts("fanfare_persistence_failed_writes_total 1"); }));
    EXPECT_EQ(stored().size(), 1U);
    return whole_history();
  });
  EXPECT_EQ(seen.value(), texts(1, 300));
  EXPECT_TRUE(eventually(10s, [&] { return stored().size() == 300; }));
  EXPECT_EQ(stored(), texts(1, 300));
  EXPECT_EQ(whole_history(), texts(1, 300));
  worker.stop();
}

TEST_F(PersistenceServiceTest, AMessageIsInTheHistoryAsSoonAsItWasAcknowledged) {
  config.workers.persistence.linger = 200ms;  // the database is behind
  Worker worker(config);
  make_room();
  for (std::uint32_t number = 1; number <= 30; ++number) {
    publish(number, number);
    const json page = history({{"conversation", kRoom}, {"limit", 1}})["ok"];
    EXPECT_EQ(texts_of(page), texts(number, number));
    EXPECT_TRUE(page["resume"].get<std::string>().ends_with("-" + std::to_string(number))) << page["resume"];
  }
  EXPECT_EQ(whole_history(), texts(1, 30));
  worker.stop();
}

TEST_F(PersistenceServiceTest, AnswersForTheHistory) {
  Worker worker(config);
  make_room();
  EXPECT_FALSE(history({{"conversation", kRoom}})["ok"]["resume"].is_null());
  publish(1, 5);
  const json page = history({{"conversation", kRoom}, {"limit", 2}})["ok"];
  ASSERT_EQ(page["messages"].size(), 2U);
  EXPECT_EQ(page["messages"][0]["text"], "text 5");
  EXPECT_EQ(page["messages"][0]["from"]["username"], "peter");
  EXPECT_TRUE(page["resume"].get<std::string>().ends_with("-5"));
  const json rest = history({{"conversation", kRoom}, {"before", page["next"]}})["ok"];
  EXPECT_EQ(rest["messages"].size(), 3U);
  EXPECT_EQ(rest["next"], nullptr);
  EXPECT_EQ(history({{"conversation", kPerson}})["error"]["code"], "not_found");
  worker.stop();
}

TEST_F(PersistenceServiceTest, SaysOnTheTraceWhenAMessageIsStored) {
  Worker worker(config);
  auto client = connect();
  std::promise<void> is_stored;
  const auto hops = client.subscribe("$sys.event.trace." + message_id(1).to_string(), [&](const Message& hop) {
    const auto component = hop.headers.find("component");
    if (component == hop.headers.end() || component->second != "persistence") return;
    if (hop.headers.at("hop") == "stored in the database") is_stored.set_value();
  });
  ASSERT_TRUE(hops.wait_ready(patient(5s)));
  client.publish("chat." + std::string(kRoom), text_payload(1), {.actor = kPerson, .id = message_id(1), .traced = true})
      .get();
  EXPECT_EQ(is_stored.get_future().wait_for(patient(5s)), std::future_status::ready);
  EXPECT_EQ(stored(), texts(1, 1));
  worker.stop();
}

TEST_F(PersistenceServiceTest, ADatabaseOfANewerVersionIsLeftAlone) {
  store::Database::open(config).value()->migrate().value();
  execute("INSERT INTO schema_migration VALUES (9999, 'tomorrow', 'aa', '2030-01-01T00:00:00.000Z')");
  std::ostringstream lines;
  runtime::Logger log({}, "persistence", lines);
  runtime::Metrics metrics;
  PersistenceService service({config, std::nullopt, log, metrics, [](const std::string&) {}});
  const Result<void> started = service.start({});
  ASSERT_TRUE(started.has_error());
  EXPECT_THAT(started.error().message, HasSubstr("newer version"));
}

}  // namespace
}  // namespace fanfare::workers::persistence
