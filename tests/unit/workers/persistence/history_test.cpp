#include "workers/persistence/history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/unit/workers/persistence/fake_message_store.hpp"

namespace fanfare::workers::persistence {
namespace {

using nlohmann::json;

constexpr const char* kRoom = "0199a1b2-0000-7000-8000-00000000000a";
constexpr const char* kPerson = "0199a1b2-0000-7000-8000-000000000001";
constexpr const char* kEpoch = "0199a1b2-0000-7000-8000-0000000000ee";

store::HistoryMessage row(std::uint64_t sequence, const std::string& text) {
  return {{.id = *Uuid::parse(kRoom),
           .conversation = *Uuid::parse(kRoom),
           .author = *Uuid::parse(kPerson),
           .client_id = "c",
           .text = text,
           .position = {*Uuid::parse(kEpoch), sequence},
           .sent_at = std::chrono::sys_time<std::chrono::milliseconds>(std::chrono::milliseconds(1'700'000'000'123))},
          "peter",
          "Peter"};
}

std::string cursor(std::uint64_t sequence) { return std::string(kEpoch) + "-" + std::to_string(sequence); }

class History : public testing::Test {
 protected:
  History() {
    add_history(
        table, [this] { return open(); }, log);
  }

  runtime::Result<std::unique_ptr<store::MessageStore>> open() {
    if (is_away) return runtime::Error{"away"};
    return database.open();
  }

  json ask(const json& request, std::string_view person = kPerson) {
    return json::parse(table.answer("history.list", person, request.dump()));
  }

  test::FakeMessages database;
  bool is_away = false;
  std::ostringstream lines;
  runtime::Logger log{{}, "test", lines};
  common::MethodTable table{[](std::string_view, std::string_view what) { ADD_FAILURE() << what; }};
};

TEST_F(History, AnswersWithStoredMessages) {
  database.page = store::HistoryPage{{row(7, "hi \"you\"")}, true, Position{*Uuid::parse(kEpoch), 9}};
  const json answer = ask({{"conversation", kRoom}, {"limit", 1}});
  const json expected = {{"id", kRoom},
                         {"client_id", "c"},
                         {"conversation", kRoom},
                         {"kind", "text"},
                         {"text", "hi \"you\""},
                         {"from", {{"id", kPerson}, {"username", "peter"}, {"display_name", "Peter"}}},
                         {"epoch", kEpoch},
                         {"sequence", 7},
                         {"timestamp", "2023-11-14T22:13:20.123Z"}};
  EXPECT_EQ(answer, (json{{"ok", {{"messages", {expected}}, {"next", cursor(7)}, {"resume", cursor(9)}}}}));
}

TEST_F(History, OfAnEmptyConversationHasNoCursors) {
  database.page = store::HistoryPage{};
  EXPECT_EQ(ask({{"conversation", kRoom}}),
            (json{{"ok", {{"messages", json::array()}, {"next", nullptr}, {"resume", nullptr}}}}));
}

TEST_F(History, AsksForThePersonAndTheCursor) {
  database.page = store::HistoryPage{};
  ask({{"conversation", kRoom}});
  ask({{"conversation", kRoom}, {"before", cursor(7)}, {"limit", 100}});
  ask({{"conversation", kRoom}, {"after", cursor(3)}});
  ASSERT_EQ(database.queries.size(), 3U);
  EXPECT_EQ(database.queries[0].reader.to_string(), kPerson);
  EXPECT_EQ(database.queries[0].conversation.to_string(), kRoom);
  EXPECT_EQ(database.queries[0].limit, 50U);
  EXPECT_EQ(database.queries[1].before->sequence, 7U);
  EXPECT_EQ(database.queries[1].limit, 100U);
  EXPECT_EQ(database.queries[2].after->sequence, 3U);
}

TEST_F(History, RefusesWhatItCannotAskFor) {
  const auto wrong_fields = [this](const json& request) {
    std::vector<std::string> names;
    const json answer = ask(request);
    for (const auto& field : answer["error"]["fields"].items()) names.push_back(field.key());
    return names;
  };
  using testing::ElementsAre;
  EXPECT_THAT(wrong_fields(json::object()), ElementsAre("conversation"));
  EXPECT_THAT(wrong_fields({{"conversation", "lobby"}}), ElementsAre("conversation"));
  EXPECT_THAT(wrong_fields({{"conversation", kRoom}, {"before", "7"}}), ElementsAre("before"));
  EXPECT_THAT(wrong_fields({{"conversation", kRoom}, {"after", cursor(1) + "x"}}), ElementsAre("after"));
  EXPECT_THAT(wrong_fields({{"conversation", kRoom}, {"after", cursor(1)}, {"before", cursor(2)}}),
              ElementsAre("after"));
  EXPECT_THAT(wrong_fields({{"conversation", kRoom}, {"limit", 0}}), ElementsAre("limit"));
  EXPECT_THAT(wrong_fields({{"conversation", kRoom}, {"limit", 101}}), ElementsAre("limit"));
  EXPECT_THAT(wrong_fields({{"conversation", kRoom}, {"person", kPerson}}), ElementsAre("person"));
  EXPECT_TRUE(database.queries.empty());
}

TEST_F(History, IsNotFoundByOthers) {
  EXPECT_EQ(ask({{"conversation", kRoom}})["error"]["code"], "not_found");
  EXPECT_EQ(ask({{"conversation", kRoom}}, "")["error"]["code"], "token_invalid");
}

TEST_F(History, IsUnavailableWhileTheDatabaseIsAwayAndComesBack) {
  is_away = true;
  EXPECT_EQ(ask({{"conversation", kRoom}})["error"]["code"], "unavailable");
  is_away = false;
  database.page = store::HistoryPage{};
  EXPECT_TRUE(ask({{"conversation", kRoom}}).contains("ok"));
}

TEST(HistoryPage, IsCutByItsBytesAndGoesOnThere) {
  store::HistoryPage page;
  for (std::uint64_t sequence = 100; sequence > 0; --sequence)
    page.messages.push_back(row(sequence, std::string(4'000, 'x')));
  const std::string text = to_json(page);
  EXPECT_LE(text.size(), 120U << 10U);
  const json answer = json::parse(text);
  const std::size_t count = answer["messages"].size();
  EXPECT_GT(count, 20U);
  EXPECT_LT(count, 100U);
  EXPECT_EQ(answer["next"], cursor(answer["messages"][count - 1]["sequence"]));
}

TEST(HistoryPage, HoldsOneMessageHoweverLargeItIs) {
  const store::HistoryPage page{{row(2, std::string(500, '"')), row(1, "x")}, false, {}};
  const json answer = json::parse(to_json(page, 10));
  EXPECT_EQ(answer["messages"].size(), 1U);
  EXPECT_EQ(answer["next"], cursor(2));
}

}  // namespace
}  // namespace fanfare::workers::persistence
