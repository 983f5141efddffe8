#include "workers/persistence/unread.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/unit/workers/persistence/fake_message_store.hpp"

namespace fanfare::workers::persistence {
namespace {

using nlohmann::json;

const std::string kFirstRoom = "0199a1b2-0000-7000-8000-00000000000b";
const std::string kSecondRoom = "0199a1b2-0000-7000-8000-00000000000c";
const std::string kMember = "0199a1b2-0000-7000-8000-000000000002";

class UnreadMessages : public testing::Test {
 protected:
  UnreadMessages() {
    add_unread(table, std::make_shared<KeptStore>([this] { return open(); }, log));
  }

  runtime::Result<std::unique_ptr<store::MessageStore>> open() {
    if (is_away) return runtime::Error{"away"};
    return database.open();
  }

  json ask(const json& request, std::string_view person = kMember) {
    return json::parse(table.answer("history.unread", person, request.dump()));
  }

  test::FakeMessages database;
  bool is_away = false;
  std::ostringstream lines;
  runtime::Logger log{{}, "test", lines};
  common::MethodTable table{[](std::string_view, std::string_view what) { ADD_FAILURE() << what; }};
};

TEST_F(UnreadMessages, AreCountedInEachConversationOfTheList) {
  database.unread = {{.conversation = *Uuid::parse(kFirstRoom), .count = 100, .has_more = true},
                     {.conversation = *Uuid::parse(kSecondRoom)}};
  EXPECT_EQ(ask({{"conversations", {kFirstRoom, kSecondRoom}}})["ok"],
            (json{{"unread",
                   {{{"conversation", kFirstRoom}, {"count", 100}, {"more", true}},
                    {{"conversation", kSecondRoom}, {"count", 0}, {"more", false}}}}}));
  ASSERT_EQ(database.unread_queries.size(), 1U);
  const store::UnreadQuery& query = database.unread_queries[0];
  EXPECT_EQ(query.reader.to_string(), kMember);
  EXPECT_EQ(query.conversations.size(), 2U);
  EXPECT_EQ(query.limit, 100U);
}

TEST_F(UnreadMessages, AreNotCountedInAListThatIsNone) {
  json crowd = json::array();
  for (int i = 100; i < 151; ++i) crowd.push_back("0199a1b2-0000-7000-8000-000000000" + std::to_string(i));
  const std::vector<json> lists = {nullptr, kFirstRoom, json::array(), {"x"}, {7}, {kFirstRoom, kFirstRoom}, crowd};
  for (const json& list : lists) {
    const json error = ask({{"conversations", list}})["error"];
    EXPECT_EQ(error["code"], "invalid") << list;
    EXPECT_TRUE(error["fields"].contains("conversations")) << list;
  }
  EXPECT_EQ(ask(json::object())["error"]["code"], "invalid");
  EXPECT_EQ(ask({{"conversations", {kFirstRoom}}, {"limit", 1U}})["error"]["code"], "invalid");
  EXPECT_EQ(ask({{"conversations", {kFirstRoom}}}, "")["error"]["code"], "token_invalid");
  EXPECT_TRUE(database.unread_queries.empty());
}

TEST_F(UnreadMessages, AreUnavailableWhileTheDatabaseIsAway) {
  is_away = true;
  EXPECT_EQ(ask({{"conversations", {kFirstRoom}}})["error"]["code"], "unavailable");
  is_away = false;
  EXPECT_TRUE(ask({{"conversations", {kFirstRoom}}}).contains("ok"));
}

}  // namespace
}  // namespace fanfare::workers::persistence
