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
constexpr const char* kTopicOfRoom = "chat.0199a1b2-0000-7000-8000-00000000000a";
constexpr const char* kPayload =
    R"({"kind": "text", "id": "0199a1b2-0000-7000-8000-0000000000ff", "client_id": "c-8", "text": "new"})";
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

Position at(std::uint64_t sequence) { return {*Uuid::parse(kEpoch), sequence}; }

std::string cursor(std::uint64_t sequence) { return at(sequence).to_string(); }

/// A record of the room, as the journal has it.
Message record_of(std::uint64_t sequence, std::string_view payload) {
  return {.topic = kTopicOfRoom, .position = at(sequence), .actor = kPerson, .payload = payload};
}

class History : public testing::Test {
 protected:
  using Deadline = std::chrono::steady_clock::time_point;

  History() {
    add_history(
        table, std::make_shared<KeptStore>([this] { return open(); }, log),
        [this](const std::string& pattern, const FetchOptions& options, Deadline deadline) {
          return fetch(pattern, options, deadline);
        },
        log);
  }

  runtime::Result<std::unique_ptr<store::MessageStore>> open() {
    if (is_away) return runtime::Error{"away"};
    return database.open();
  }

  runtime::Result<Fetched> fetch(const std::string& pattern, const FetchOptions& options, Deadline deadline) {
    fetched.push_back(pattern + " after " + options.from.position().to_string());
    last_deadline = deadline;
    if (!journal) return runtime::Error{"the broker is away"};
    return *journal;
  }

  json ask(const json& request, std::string_view person = kPerson, Deadline deadline = Deadline::max()) {
    return json::parse(table.answer("history.list", person, request.dump(), deadline));
  }

  test::FakeMessages database;
  std::optional<Fetched> journal = Fetched{.through = at(9), .last = true};
  std::vector<std::string> fetched;
  Deadline last_deadline;
  bool is_away = false;
  std::ostringstream lines;
  runtime::Logger log{{}, "test", lines};
  common::MethodTable table{[](std::string_view, std::string_view what) { ADD_FAILURE() << what; }};
};

TEST_F(History, AnswersWithStoredMessages) {
  database.page = store::HistoryPage{.messages = {row(7, "hi \"you\"")}, .has_more = true, .reached = at(8)};
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
            (json{{"ok", {{"messages", json::array()}, {"next", nullptr}, {"resume", cursor(9)}}}}));
}

TEST_F(History, BeginsWithWhatIsNotInTheDatabaseYet) {
  database.page = store::HistoryPage{.messages = {row(7, "old")}, .has_more = false, .reached = at(7)};
  journal->messages = {record_of(8, kPayload)};
  const json answer = ask({{"conversation", kRoom}})["ok"];
  ASSERT_EQ(answer["messages"].size(), 2U);
  EXPECT_EQ(answer["messages"][0]["text"], "new");
  EXPECT_EQ(answer["messages"][0]["client_id"], "c-8");
  EXPECT_EQ(answer["messages"][0]["from"]["username"], "peter");
  EXPECT_EQ(answer["messages"][1]["text"], "old");
  EXPECT_EQ(answer["resume"], cursor(9));
  EXPECT_THAT(fetched, testing::ElementsAre(std::string(kTopicOfRoom) + " after " + cursor(7)));
}

TEST_F(History, LeavesOutWhatTheDatabaseKnowsFromAnotherPosition) {
  database.page = store::HistoryPage{.messages = {row(7, "old")}, .has_more = false, .reached = at(7)};
  database.repeated.insert(*Uuid::parse("0199a1b2-0000-7000-8000-0000000000ff"));
  journal->messages = {record_of(8, kPayload)};
  EXPECT_EQ(ask({{"conversation", kRoom}})["ok"]["messages"].size(), 1U);
}

TEST_F(History, AsksTheJournalOnlyForWhatTheDatabaseMayNotHave) {
  database.page = store::HistoryPage{.messages = {row(3, "old")}, .has_more = false, .reached = at(7)};
  const json answer = ask({{"conversation", kRoom}, {"before", cursor(7)}})["ok"];
  EXPECT_EQ(answer["resume"], cursor(7));
  EXPECT_TRUE(fetched.empty());
}

TEST_F(History, AroundAMessageNearTheEndHasWhatIsNotInTheDatabaseYet) {
  database.page = store::HistoryPage{.messages = {row(7, "old")}, .reached = at(7)};
  journal->messages = {record_of(8, kPayload)};
  const json answer = ask({{"conversation", kRoom}, {"around", cursor(7)}})["ok"];
  ASSERT_EQ(answer["messages"].size(), 2U);
  EXPECT_EQ(answer["messages"][0]["text"], "new");
  EXPECT_EQ(answer["previous"], nullptr);
  EXPECT_EQ(answer["resume"], cursor(9));
}

TEST_F(History, AroundAMessageFarFromTheEndAsksTheDatabaseAlone) {
  database.page =
      store::HistoryPage{.messages = {row(7, "b"), row(6, "a")}, .has_more = true, .has_newer = true, .reached = at(8)};
  const json answer = ask({{"conversation", kRoom}, {"around", cursor(6)}})["ok"];
  EXPECT_EQ(answer["previous"], cursor(7));
  EXPECT_EQ(answer["next"], cursor(6));
  EXPECT_EQ(answer["resume"], cursor(8));
  EXPECT_TRUE(fetched.empty());
}

TEST_F(History, IsUnavailableRatherThanIncomplete) {
  database.page = store::HistoryPage{.messages = {row(7, "old")}, .has_more = false, .reached = at(7)};
  journal.reset();
  const json error = ask({{"conversation", kRoom}})["error"];
  EXPECT_EQ(error["code"], "unavailable");
  EXPECT_EQ(error["retry"], "later");
}

TEST_F(History, WaitsForTheJournalNoLongerThanItsCaller) {
  using namespace std::chrono_literals;
  database.page = store::HistoryPage{};
  const auto now = std::chrono::steady_clock::now();
  ask({{"conversation", kRoom}}, kPerson, now + 1s);
  EXPECT_LT(last_deadline, now + 1s);
  ask({{"conversation", kRoom}});
  EXPECT_LT(last_deadline, now + 1h);
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
  ask({{"conversation", kRoom}, {"around", cursor(5)}});
  EXPECT_EQ(database.queries[3].around->sequence, 5U);
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
  EXPECT_THAT(wrong_fields({{"conversation", kRoom}, {"around", "newest"}}), ElementsAre("around"));
  EXPECT_THAT(wrong_fields({{"conversation", kRoom}, {"around", cursor(1)}, {"before", cursor(2)}}),
              ElementsAre("around"));
  EXPECT_THAT(wrong_fields({{"conversation", kRoom}, {"around", cursor(1)}, {"after", cursor(2)}}),
              ElementsAre("around"));
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

}  // namespace
}  // namespace fanfare::workers::persistence
