#include "workers/telegram/link_methods.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "tests/unit/workers/telegram/link_fixture.hpp"

namespace fanfare::workers::telegram {
namespace {

using test::json;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::MatchesRegex;
using namespace std::chrono_literals;

class LinkMethods : public test::LinkTest {
 protected:
  LinkMethods() { add_link_methods(table, shared, *store); }

  json ask(const std::string& topic, const Uuid& person, const json& request = json::object()) {
    return json::parse(table.answer(topic, person.to_string(), request.dump()));
  }
  std::string error_of(const json& answer) { return answer.value("/error/code"_json_pointer, ""); }
  std::optional<store::Redeemed> redeem(const json& answer, const std::string& chat) {
    const std::string url = answer.at("ok").at("url");
    return store->redeem(hash_of_link_code(url.substr(url.find('=') + 1)), chat, "Tina", now).value();
  }

  common::Attempts attempts{kLinksOfAPerson};
  LinkShared shared{.bot = "Fanfare_Bot",
                    .attempts = attempts,
                    .publish = [this](const LinkEvent& event) { events.push_back(event); },
                    .now = [this] { return now; },
                    .log = log};
  common::MethodTable table{[](std::string_view topic, std::string_view what) { ADD_FAILURE() << topic << what; }};
};

TEST_F(LinkMethods, ALinkIsGoodOnceForTenMinutes) {
  const Uuid anna = add_person("anna");
  const json first = ask("telegram.link", anna);
  EXPECT_THAT(first["ok"]["url"].get<std::string>(),
              MatchesRegex("https://t.me/Fanfare_Bot\\?start=[A-Za-z0-9_-]{32}"));
  EXPECT_EQ(first["ok"]["expires_at"], "2026-09-21T14:23:20.000Z");
  EXPECT_TRUE(redeem(first, "1").has_value());
  EXPECT_FALSE(redeem(first, "1").has_value());
  const json second = ask("telegram.link", anna);
  now += 10min;
  EXPECT_FALSE(redeem(second, "1").has_value());
}

TEST_F(LinkMethods, ANewLinkEndsTheOneBefore) {
  const Uuid anna = add_person("anna");
  const json first = ask("telegram.link", anna);
  const json second = ask("telegram.link", anna);
  EXPECT_FALSE(redeem(first, "1").has_value());
  EXPECT_TRUE(redeem(second, "1").has_value());
}

TEST_F(LinkMethods, APersonGetsTenLinksInTenMinutes) {
  const Uuid anna = add_person("anna");
  std::set<std::string> urls;
  for (int i = 0; i < 10; ++i) urls.insert(ask("telegram.link", anna)["ok"]["url"]);
  EXPECT_EQ(urls.size(), 10U);
  EXPECT_EQ(error_of(ask("telegram.link", anna)), "too_many_requests");
  EXPECT_EQ(error_of(ask("telegram.link", add_person("paul"))), "");
  now += 10min;
  EXPECT_EQ(error_of(ask("telegram.link", anna)), "");
}

TEST_F(LinkMethods, StatusSaysHowOneIsLinkedOrWhyNotAnyMore) {
  const Uuid anna = add_person("anna");
  EXPECT_EQ(ask("telegram.status", anna)["ok"], (json{{"bot", "Fanfare_Bot"}, {"link", nullptr}, {"ended", nullptr}}));
  redeem(ask("telegram.link", anna), "1");
  EXPECT_EQ(ask("telegram.status", anna)["ok"],
            (json{{"bot", "Fanfare_Bot"},
                  {"link", {{"name", "Tina"}, {"since", "2026-09-21T14:13:20.000Z"}}},
                  {"ended", nullptr}}));
  redeem(ask("telegram.link", add_person("paul")), "1");
  EXPECT_EQ(ask("telegram.status", anna)["ok"]["ended"],
            (json{{"reason", "moved"}, {"at", "2026-09-21T14:13:20.000Z"}}));
}

TEST_F(LinkMethods, UnlinkEndsTheLinkAndIsDoneAlsoWithoutOne) {
  const Uuid anna = add_person("anna");
  EXPECT_EQ(ask("telegram.unlink", anna)["ok"], json::object());
  EXPECT_THAT(events, IsEmpty());
  redeem(ask("telegram.link", anna), "1");
  EXPECT_EQ(ask("telegram.unlink", anna)["ok"], json::object());
  EXPECT_EQ(ask("telegram.unlink", anna)["ok"], json::object());
  EXPECT_THAT(told(anna), ElementsAre("telegram_endedunlinked"));
  EXPECT_EQ(ask("telegram.status", anna)["ok"]["ended"]["reason"], "unlinked");
}

TEST_F(LinkMethods, TheyAreForPeopleAndTakeNothing) {
  for (const std::string topic : {"telegram.status", "telegram.link", "telegram.unlink"}) {
    EXPECT_EQ(error_of(json::parse(table.answer(topic, "", "{}"))), "token_invalid");
    EXPECT_EQ(error_of(ask(topic, add_person(topic), {{"person", "x"}})), "invalid");
  }
}

}  // namespace
}  // namespace fanfare::workers::telegram
