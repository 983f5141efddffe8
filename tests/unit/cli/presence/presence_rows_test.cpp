#include "cli/presence/presence_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

std::vector<Headers> some_presence() {
  return {{{"key", "bot.1"}, {"state", "grace"}, {"holders", "0"}, {"since", "1795255200123456"}},
          {{"key", "user.42"}, {"state", "online"}, {"holders", "2"}, {"since", "1795255200123456"}, {"name", "7"}}};
}

TEST(PresenceRows, AreATableForPeople) {
  const std::string text = describe(read_presence(some_presence(), {}));
  EXPECT_THAT(text, testing::ContainsRegex("KEY +STATE +HOLDERS +SINCE\n"));
  EXPECT_THAT(text, testing::ContainsRegex("bot.1 +grace +0 +2026-11-21T10:00:00.123456Z\n"));
}

TEST(PresenceRows, AreThoseOfAPattern) {
  const auto rows = read_presence(some_presence(), "user.*");
  ASSERT_EQ(rows.size(), 1U);
  EXPECT_EQ(rows.front().key, "user.42");
}

TEST(PresenceRows, AreJsonForScriptsWithWhateverMoreTheBrokerSays) {
  EXPECT_EQ(to_json(read_presence(some_presence(), "user.*").front()).dump(),
            R"({"key":"user.42","state":"online","holders":2,"since":"2026-11-21T10:00:00.123456Z","name":7})");
}

TEST(PresenceRows, SayNullWhereTheBrokerSaysLess) {
  EXPECT_EQ(to_json(read_presence({{{"key", "a"}}}, {})).dump(),
            R"([{"key":"a","state":"","holders":null,"since":null}])");
  EXPECT_THAT(describe(read_presence({{{"key", "a"}}}, {})), testing::ContainsRegex("a +- +- +-\n"));
}

}  // namespace
}  // namespace fanfare::cli
