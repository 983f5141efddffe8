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

  const test::TemporaryFolder folder;
  const std::string address = "ipc://" + (folder.path() / "broker").string();
  runtime::Config config = runtime::default_config();
  std::optional<test::BrokerProcess> broker;
};

TEST_F(PersistenceServiceTest, WhatWasAcknowledgedIsStoredInItsOrderWhenItIsStopped) {
  Worker worker(config);
  publish(1, 1'000);
  worker.stop();
  EXPECT_EQ(stored(), texts(1, 1'000));
}

TEST_F(PersistenceServiceTest, ARestartStoresNothingTwice) {
  {
    Worker worker(config);
    publish(1, 20);
    worker.stop();
  }
  Worker worker(config);
  publish(10, 30);
  publish(30, 30);
  EXPECT_THAT(worker.stop(), testing::Not(HasSubstr("missing")));
  EXPECT_EQ(stored(), texts(1, 30));
}

TEST_F(PersistenceServiceTest, MessagesSentWhileNoWorkerRanAreSaidToBeMissing) {
  {
    Worker worker(config);
    publish(1, 1);
    worker.stop();
  }
  publish(2, 3);
  Worker worker(config);
  publish(4, 4);
  EXPECT_THAT(worker.stop(), HasSubstr("messages sent while no worker ran may be missing"));
}

TEST_F(PersistenceServiceTest, GoesOnWithABrokerThatWasKilledAndKnowsWhatComesAgain) {
  Worker worker(config);
  publish(1, 10);
  EXPECT_TRUE(eventually(5s, [&] { return stored().size() == 10; }));
  broker->kill();
  broker.emplace(address, folder.path());
  std::uint32_t probe = 1'000;
  EXPECT_TRUE(eventually(10s, [&] {  // it has subscribed again
    publish(probe, probe);
    ++probe;
    return stored().size() > 10;
  }));
  publish(9, 12);  // the new broker does not know these ids: 9 and 10 come again, at other positions
  publish(13, 13);
  const std::string log = worker.stop();
  EXPECT_THAT(log, HasSubstr("begun anew"));
  const auto all = stored();
  for (const std::string& text : texts(1, 13)) EXPECT_EQ(std::ranges::count(all, text), 1) << text;
  EXPECT_EQ(all.back(), "text 13");
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
  const std::string log = worker.stop();
  for (const char* reason : {"no_json", "no_actor", "bad_topic"}) EXPECT_THAT(log, HasSubstr(reason));
  EXPECT_EQ(stored(), texts(2, 2));
}

TEST_F(PersistenceServiceTest, LosesNothingWhileTheDatabaseIsHeldAndStillAnswers) {
  Worker worker(config);
  make_room();
  publish(1, 1);
  EXPECT_TRUE(eventually(5s, [&] { return stored().size() == 1; }));
  SqliteConnection holder = open_database();
  const auto seen = holder.write([&](SqliteTransaction&) -> Result<json> {
    publish(2, 300);
    EXPECT_TRUE(eventually(10s, [&] { return worker.counts("fanfare_persistence_failed_writes_total 1"); }));
    return history({{"conversation", kRoom}});
  });
  EXPECT_EQ(seen.value()["ok"]["messages"].size(), 1U);
  worker.stop();
  EXPECT_EQ(stored(), texts(1, 300));
}

TEST_F(PersistenceServiceTest, AnswersForTheHistory) {
  Worker worker(config);
  make_room();
  publish(1, 5);
  EXPECT_TRUE(eventually(5s, [&] { return stored().size() == 5; }));
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
