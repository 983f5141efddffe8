#include "workers/persistence/search.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "tests/unit/workers/persistence/fake_message_store.hpp"

namespace fanfare::workers::persistence {
namespace {

using nlohmann::json;

constexpr const char* kConversation = "0199a1b2-0000-7000-8000-00000000000b";
constexpr const char* kSeeker = "0199a1b2-0000-7000-8000-000000000002";

store::FoundMessage found(const std::string& text) {
  return {.message = {.message = {.id = *Uuid::parse(kConversation),
                                  .conversation = *Uuid::parse(kConversation),
                                  .author = *Uuid::parse(kSeeker),
                                  .client_id = "c",
                                  .text = text,
                                  .position = {*Uuid::parse(kConversation), 7},
                                  .sent_at = {}},
                      .username = "ann",
                      .display_name = "Ann"},
          .excerpt = {{"see the ", false}, {"harbour", true}}};
}

class Search : public testing::Test {
 protected:
  Search() {
    add_search(table, std::make_shared<KeptStore>([this] { return open(); }, log));
  }

  runtime::Result<std::unique_ptr<store::MessageStore>> open() {
    if (is_away) return runtime::Error{"away"};
    return database.open();
  }

  json ask(const json& request, std::string_view person = kSeeker) {
    return json::parse(table.answer("history.search", person, request.dump()));
  }

  std::vector<std::string> wrong_fields(const json& request) {
    std::vector<std::string> names;
    const json answer = ask(request);
    for (const auto& field : answer["error"]["fields"].items()) names.push_back(field.key());
    return names;
  }

  test::FakeMessages database;
  bool is_away = false;
  std::ostringstream lines;
  runtime::Logger log{{}, "test", lines};
  common::MethodTable table{[](std::string_view, std::string_view what) { ADD_FAILURE() << what; }};
};

TEST_F(Search, AnswersWithMessagesAndWhatWasFoundInThem) {
  database.found = {.found = {found("see the harbour")}};
  const json answer = ask({{"query", "harb"}})["ok"];
  EXPECT_EQ(answer["next"], nullptr);
  ASSERT_EQ(answer["results"].size(), 1U);
  const json& result = answer["results"][0];
  EXPECT_EQ(result["text"], "see the harbour");
  EXPECT_EQ(result["from"], (json{{"id", kSeeker}, {"username", "ann"}, {"display_name", "Ann"}}));
  EXPECT_EQ(result["conversation"], kConversation);
  EXPECT_EQ(result["sequence"], 7);
  EXPECT_EQ(result["excerpt"], (json{{{"text", "see the "}, {"hit", false}}, {{"text", "harbour"}, {"hit", true}}}));
}

TEST_F(Search, IsMadeForThePersonWhoAsks) {
  ask({{"query", "harbour bar"}});
  ask({{"query", "x"}, {"conversation", kConversation}, {"limit", 50}});
  ASSERT_EQ(database.searches.size(), 2U);
  EXPECT_EQ(database.searches[0].reader.to_string(), kSeeker);
  EXPECT_EQ(database.searches[0].text, "harbour bar");
  EXPECT_EQ(database.searches[0].conversation, std::nullopt);
  EXPECT_EQ(database.searches[0].offset, 0U);
  EXPECT_EQ(database.searches[0].limit, 20U);
  EXPECT_EQ(database.searches[1].conversation->to_string(), kConversation);
  EXPECT_EQ(database.searches[1].limit, 50U);
  EXPECT_EQ(ask({{"query", "x"}}, "")["error"]["code"], "token_invalid");
}

TEST_F(Search, GoesOnBehindTheLastResult) {
  database.found = {.found = {found("a"), found("b")}, .has_more = true};
  const json first = ask({{"query", "x"}, {"limit", 2}})["ok"];
  const json second = ask({{"query", "x"}, {"limit", 2}, {"cursor", first["next"]}})["ok"];
  EXPECT_EQ(database.searches.back().offset, 2U);
  ask({{"query", "x"}, {"limit", 2}, {"cursor", second["next"]}});
  EXPECT_EQ(database.searches.back().offset, 4U);
}

TEST_F(Search, EndsWithTheThousandthResult) {
  database.found = {.found = std::vector(10, found("a")), .has_more = true};
  const json answer = ask({{"query", "x"}, {"cursor", "from990"}})["ok"];
  EXPECT_EQ(database.searches.back().limit, 10U);
  EXPECT_EQ(answer["results"].size(), 10U);
  EXPECT_EQ(answer["next"], nullptr);
}

TEST_F(Search, IsCutByItsBytesAndGoesOnThere) {
  database.found = {.found = std::vector(50, found(std::string(4'000, 'x')))};
  const json answer = ask({{"query", "x"}, {"limit", 50}});
  EXPECT_LE(answer.dump().size(), 120U << 10U);
  const std::size_t count = answer["ok"]["results"].size();
  EXPECT_GT(count, 20U);
  EXPECT_LT(count, 50U);
  EXPECT_EQ(answer["ok"]["next"], "from" + std::to_string(count));
}

TEST_F(Search, CountsCharactersNotBytes) {
  std::string longest;
  for (int count = 0; count < 200; ++count) longest += "😀";
  EXPECT_TRUE(ask({{"query", longest}}).contains("ok"));
  EXPECT_THAT(wrong_fields({{"query", longest + "a"}}), testing::ElementsAre("query"));
}

TEST_F(Search, RefusesWhatItCannotLookFor) {
  using testing::ElementsAre;
  EXPECT_THAT(wrong_fields(json::object()), ElementsAre("query"));
  EXPECT_THAT(wrong_fields({{"query", ""}}), ElementsAre("query"));
  EXPECT_THAT(wrong_fields({{"query", "  "}}), ElementsAre("query"));
  EXPECT_THAT(wrong_fields({{"query", std::string("a\0b", 3)}}), ElementsAre("query"));
  EXPECT_THAT(wrong_fields({{"query", "two\nlines"}}), ElementsAre("query"));
  EXPECT_THAT(wrong_fields({{"query", 7}}), ElementsAre("query"));
  EXPECT_THAT(wrong_fields({{"query", "x"}, {"conversation", "lobby"}}), ElementsAre("conversation"));
  EXPECT_THAT(wrong_fields({{"query", "x"}, {"limit", 51}}), ElementsAre("limit"));
  EXPECT_THAT(wrong_fields({{"query", "x"}, {"person", kSeeker}}), ElementsAre("person"));
  for (const char* cursor :
       {"", "7", "from", "from0", "from07", "from-1", "from1000", "from1x", "from 1", "from99999999"})
    EXPECT_THAT(wrong_fields({{"query", "x"}, {"cursor", cursor}}), ElementsAre("cursor")) << cursor;
  EXPECT_TRUE(database.searches.empty());
}

TEST_F(Search, IsUnavailableWhileTheDatabaseIsAwayAndComesBack) {
  is_away = true;
  EXPECT_EQ(ask({{"query", "x"}})["error"]["code"], "unavailable");
  is_away = false;
  EXPECT_TRUE(ask({{"query", "x"}}).contains("ok"));
}

}  // namespace
}  // namespace fanfare::workers::persistence
