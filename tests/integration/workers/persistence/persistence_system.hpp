// fanfare-persistence with a real broker and a real database: workers that run in the test's process, and what the
// tests ask them. For tests only.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <fanfare/client.hpp>

#include <algorithm>
#include <deque>
#include <nlohmann/json.hpp>
#include <optional>
#include <sstream>

#include "tests/integration/sdk/broker_process.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"
#include "workers/persistence/persistence_service.hpp"
#include "workers/store/database.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"

namespace fanfare::workers::persistence::test_support {

using namespace std::chrono_literals;
using nlohmann::json;
using runtime::Result;
using store::SqliteConnection;
using store::SqliteTransaction;
using test::eventually;
using test::patient;
using testing::HasSubstr;

inline constexpr const char* kRoom = "0199a1b2-0000-7000-8000-00000000000a";
inline constexpr const char* kPerson = "0199a1b2-0000-7000-8000-000000000001";

inline Uuid message_id(std::uint32_t number) {
  Uuid id;
  for (std::size_t byte = 0; byte < 4; ++byte) id.bytes[15 - byte] = static_cast<std::uint8_t>(number >> (8 * byte));
  return id;
}

inline std::string text_payload(std::uint32_t number) {
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

  /// The figure of what /metrics would show.
  [[nodiscard]] double figure(const std::string& name) const {
    const std::string text = metrics_.serialize();
    const auto at = text.find("\n" + name + " ");
    return at == std::string::npos ? 0 : std::stod(text.substr(at + name.size() + 2));
  }

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

class PersistenceSystem : public testing::Test {
 protected:
  PersistenceSystem() {
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
    return SqliteConnection::open(config.data_dir / "fanfare.db").value();
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

  /// How far the room is; 0: nothing of it was read.
  [[nodiscard]] std::uint64_t reached() const {
    SqliteConnection connection = open_database();
    return connection
        .read([](SqliteTransaction& transaction) -> Result<std::uint64_t> {
          auto& query = transaction.statement("SELECT sequence FROM conversation_progress WHERE conversation_id = ?");
          query.bind(1, std::string(kRoom));
          return query.executeStep() ? static_cast<std::uint64_t>(query.getColumn(0).getInt64()) : 0;
        })
        .value();
  }

  /// What the broker says of the group.
  [[nodiscard]] Headers group() const {
    auto client = connect();
    for (const Headers& row : client.query(QueryKind::groups).get()) {
      if (row.at("group") == "persistence") return row;
    }
    return {};
  }

  const test::TemporaryFolder folder;
  const std::string address = "ipc://" + (folder.path() / "broker").string();
  runtime::Config config = runtime::default_config();
  std::optional<test::BrokerProcess> broker;
};

}  // namespace fanfare::workers::persistence::test_support
