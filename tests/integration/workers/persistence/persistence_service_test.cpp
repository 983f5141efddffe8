// The worker with a real broker and a real database.
#include "workers/persistence/persistence_service.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/integration/sdk/broker_process.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"
#include "workers/store/database.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"
#include "workers/store/sqlite/sqlite_message_store.hpp"

namespace fanfare::workers::persistence {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using runtime::Result;
using store::SqliteConnection;
using store::SqliteTransaction;
using test::eventually;
using test::patient;
using testing::HasSubstr;

constexpr const char* kRoom = "0199a1b2-0000-7000-8000-00000000000a";
constexpr const char* kPerson = "0199a1b2-0000-7000-8000-000000000001";

Uuid message_id(std::uint32_t number) {
  Uuid id;
  for (std::size_t byte = 0; byte < 4; ++byte) id.bytes[15 - byte] = static_cast<std::uint8_t>(number >> (8 * byte));
  return id;
}

std::string text_payload(std::uint32_t number) {
  return json{{"kind", "text"},
              {"id", message_id(number).to_string()},
              {"client_id", "c" + std::to_string(number)},
              {"text", "text " + std::to_string(number)}}
      .dump();
}

/// A running worker.
class Worker {
 public:
  explicit Worker(const runtime::Config& config)
      : service_({config, std::nullopt, log_, metrics_, [](const std::string& reason) { ADD_FAILURE() << reason; }}) {
    const Result<void> started = service_.start({});
    if (!started) ADD_FAILURE() << started.error().message;
  }
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  /// A line of what /metrics would show.
  [[nodiscard]] bool counts(const std::string& line) const {
    return metrics_.serialize().find("\n" + line + "\n") != std::string::npos;
  }

  /// As SIGTERM does. Returns what it has logged.
  std::string stop() {
    service_.drain(std::chrono::steady_clock::now() + patient(5s));
    return lines_.str();
  }

 private:
  std::ostringstream lines_;
  runtime::Logger log_{{}, "persistence", lines_};
  runtime::Metrics metrics_;
  PersistenceService service_;
};

class PersistenceServiceTest : public testing::Test {
 protected:
  PersistenceServiceTest() {
    config.broker.listen = address;
    config.data_dir = folder.path() / "data";
    config.workers.persistence = {.batch = 50, .linger = 1ms};
    broker.emplace(address, folder.path());
  }

  [[nodiscard]] Client connect() const {
    auto client = Client::connect({.address = address, .name = "test"});
    EXPECT_TRUE(client.wait_ready(patient(10s))) << client.state().reason;
    return client;
  }

  /// Publishes texts and waits for their acknowledgements.
  void publish(std::uint32_t first, std::uint32_t last) const {
    auto client = connect();
    std::deque<std::future<Ack>> acks;
    for (std::uint32_t number = first; number <= last; ++number) {
      acks.push_back(client.publish("chat." + std::string(kRoom), text_payload(number),
                                    {.actor = kPerson, .id = message_id(number)}));
    }
    for (auto& ack : acks) EXPECT_EQ(ack.get().stream, "chat");
  }

  [[nodiscard]] SqliteConnection open_database() const {
    return SqliteConnection::open(store::database_file(config).value()).value();
  }

  /// The texts in the order of their positions.
  [[nodiscard]] std::vector<std::string> stored() const {
    SqliteConnection connection = open_database();
    return connection
        .read([](SqliteTransaction& transaction) -> Result<std::vector<std::string>> {
          std::vector<std::string> texts;
          auto& query = transaction.statement("SELECT text FROM message ORDER BY epoch, sequence");
          while (query.executeStep()) texts.push_back(query.getColumn(0).getString());
          return texts;
        })
        .value();
  }

  static std::vector<std::string> texts(std::uint32_t first, std::uint32_t last) {
    std::vector<std::string> result;
    for (std::uint32_t number = first; number <= last; ++number) result.push_back("text " + std::to_string(number));
    return result;
  }

  void execute(const std::string& sql) const {
    SqliteConnection connection = open_database();
    connection
        .write([&](SqliteTransaction& transaction) -> Result<void> {
          transaction.execute(sql);
          return {};
        })
        .value();
  }

  void make_room() const {
    const std::string room = "'" + std::string(kRoom) + "'";
    const std::string person = "'" + std::string(kPerson) + "'";
    execute("INSERT INTO person VALUES (" + person + ", 'peter', 'peter', 'peter', 'Peter', 'peter', NULL, 0);" +
            "INSERT INTO conversation VALUES (" + room + ", 'room', 'Room', 0);" + "INSERT INTO member VALUES (" +
            room + ", " + person + ", 0, 'owner')");
  }

  [[nodiscard]] json history(const json& request) const {
    auto client = connect();
    return json::parse(client.request("history.list", request.dump(), patient(5s), {.actor = kPerson}).get().payload);
  }

  /// The texts of a page, oldest first.
  static std::vector<std::string> texts_of(const json& page) {
    std::vector<std::string> result;
    for (const json& message : page["messages"]) result.push_back(message["text"]);
    std::ranges::reverse(result);
    return result;
  }

  /// Page by page; oldest first.
  [[nodiscard]] std::vector<std::string> whole_history() const {
    std::deque<std::string> all;
    json request = {{"conversation", kRoom}};
    while (true) {
      const json page = history(request)["ok"];
      const auto older = texts_of(page);
      all.insert(all.begin(), older.begin(), older.end());
      if (older.empty() || page["next"].is_null()) return {all.begin(), all.end()};
      request["before"] = page["next"];
    }
  }

  [[nodiscard]] std::optional<Position> reached() const {
    return store::open_sqlite_message_store(store::database_file(config).value()).value()->reached().value();
  }

  const test::TemporaryFolder folder;
  const std::string address = "ipc://" + (folder.path() / "broker").string();
  runtime::Config config = runtime::default_config();
  std::optional<test::BrokerProcess> broker;
};

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
    EXPECT_TRUE(worker.counts("fanfare_persistence_gaps_total 0"));
    worker.stop();
    publish(number + 1, number + 1);
  }
  EXPECT_EQ(stored(), texts(1, 7));
}

TEST_F(PersistenceServiceTest, WhatIsNotForItCountsAsRead) {
  auto client = connect();
  for (int number = 0; number < 3; ++number) client.publish("user." + std::string(kPerson), "{}").get();
  Worker worker(config);
  EXPECT_TRUE(eventually(5s, [&] { return reached().value_or(Position{}).sequence == 3; }));
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
  EXPECT_TRUE(worker.counts("fanfare_persistence_not_recovered_total 0"));
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
  EXPECT_TRUE(worker.counts("fanfare_persistence_not_recovered_total 1"));
  EXPECT_TRUE(eventually(5s, [&] { return reached()->sequence == 4; }));  // the new epoch counts from 1
  EXPECT_TRUE(eventually(10s, [&] {
    try {
      return whole_history() == texts(1, 12);
    } catch (const fanfare::Error&) {  // nobody serves it again yet
      return false;
    }
  }));
  EXPECT_THAT(worker.stop(), HasSubstr("messages are missing in the history"));
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
  ASSERT_TRUE(store::migrate(config).has_value());
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
