#include "cli/groups/dead_letters.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

using testing::ContainsRegex;

DeadRuns runs() {
  DeadRuns runs;
  runs.add(10, 12);
  runs.add(3, 3);
  return runs;
}

Message letter() {
  return {.topic = "$dead.work",
          .stream = "dead",
          .position = {{}, 4},
          .timestamp = Timestamp(std::chrono::microseconds(1'795'255'200'123'456)),
          .headers = {{"$stream", "chat"},
                      {"$topic", "chat.a"},
                      {"$epoch", "01890a5d-ac96-774b-bcce-b302099a8057"},
                      {"$sequence", "17"},
                      {"$failures", "5"},
                      {"$reason", "no\x1b[31m way"}},
          .payload = "hello"};
}

TEST(DeadRuns, KnowWhatIsInThem) {
  for (const std::uint64_t in : {3U, 10U, 11U, 12U}) EXPECT_TRUE(runs().contains(in)) << in;
  for (const std::uint64_t out : {1U, 2U, 4U, 9U, 13U}) EXPECT_FALSE(runs().contains(out)) << out;
  EXPECT_EQ(runs().count(), 4U);
}

TEST(DeadRuns, SayWhichComesNext) {
  EXPECT_EQ(runs().next(1), 3U);
  EXPECT_EQ(runs().next(4), 10U);
  EXPECT_EQ(runs().next(11), 11U);
  EXPECT_EQ(runs().next(13), std::nullopt);
  EXPECT_EQ(DeadRuns().next(1), std::nullopt);
}

TEST(DeadRuns, AreReadByGroup) {
  const auto read = read_dead_runs({{{"group", "a"}, {"first", "1"}, {"last", "2"}},
                                    {{"group", "b"}, {"first", "3"}, {"last", "3"}},
                                    {{"group", "a"}, {"first", "5"}, {"last", "5"}},
                                    {{"group", "c"}, {"first", "9"}},
                                    {{"group", "d"}, {"first", "9"}, {"last", "8"}}});
  EXPECT_EQ(read.at("a").count(), 3U);
  EXPECT_EQ(read.at("b").count(), 1U);
  EXPECT_FALSE(read.contains("c"));
  EXPECT_EQ(read.at("d").count(), 0U);
}

TEST(DeadLetters, SayWhereTheMessageStandsAndWhyItFailed) {
  const Json json = to_json(read_dead_letter("work", letter()));
  EXPECT_EQ(json, Json({{"group", "work"},
                        {"dead", 4},
                        {"stream", "chat"},
                        {"topic", "chat.a"},
                        {"epoch", "01890a5d-ac96-774b-bcce-b302099a8057"},
                        {"sequence", 17},
                        {"when", "2026-11-21T10:00:00.123456Z"},
                        {"failures", 5},
                        {"reason", "no\x1b[31m way"},
                        {"size", 5}}));
}

TEST(DeadLetters, AreATableThatIsSafeForATerminal) {
  const std::string text = describe({read_dead_letter("work", letter())});
  EXPECT_THAT(text, ContainsRegex("GROUP +DEAD +STREAM +TOPIC +SEQUENCE +WHEN +FAILURES +SIZE +REASON\n"));
  EXPECT_THAT(text, ContainsRegex("work +4 +chat +chat.a +17 +2026-11-21T10:00:00.123Z +5 +5 B +no.x1b.31m way\n"));
}

TEST(DeadLetters, ThatSayNothingAreShownAllTheSame) {
  Message bare = letter();
  bare.headers.clear();
  EXPECT_TRUE(to_json(read_dead_letter("work", bare)).at("sequence").is_null());
  EXPECT_THAT(describe({read_dead_letter("work", bare)}), ContainsRegex("work +4 +- +- +-"));
}

TEST(DeadLetters, OfWhichThereIsNoneAreALine) { EXPECT_EQ(describe(std::vector<DeadLetter>()), "no dead letters\n"); }

}  // namespace
}  // namespace fanfare::cli
