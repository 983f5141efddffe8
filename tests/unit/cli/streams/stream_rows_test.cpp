#include "cli/streams/stream_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

using testing::ContainsRegex;
using testing::ElementsAre;

Headers chat() {
  return {{"stream", "chat"},
          {"topics", "chat.> user.>"},
          {"epoch", "01890a5d-ac96-774b-bcce-b302099a8057"},
          {"first", "11"},
          {"head", "4711"},
          {"bytes", "1572864"},
          {"segments", "2"},
          {"oldest", "1795255200123456"},
          {"state", "ok"},
          {"durability", "fsync"},
          {"uncommitted", "5"}};
}

TEST(StreamRows, SayHowManyMessagesAreHeld) { EXPECT_EQ(read_streams({chat()}).front().messages(), 4701U); }

TEST(StreamRows, AreATableForPeople) {
  const std::string text = describe(read_streams({chat()}));
  EXPECT_THAT(text, ContainsRegex("STREAM +STATE +MESSAGES +SIZE +FIRST +HEAD +OLDEST +TOPICS\n"));
  EXPECT_THAT(text, ContainsRegex("chat +ok +4701 +1.5 MiB +11 +4711 +2026-11-21T10:00:00.123456Z +chat.> user.>\n"));
}

TEST(StreamRows, AreAListOfFactsForOne) {
  const std::string text = describe(read_streams({chat()}).front());
  EXPECT_THAT(text, ContainsRegex("epoch +01890a5d-ac96-774b-bcce-b302099a8057\n"));
  EXPECT_THAT(text, ContainsRegex("messages +4701\n"));
  EXPECT_THAT(text, ContainsRegex("segments +2\n"));
}

TEST(StreamRows, AreNumbersTimesAndListsForScripts) {
  const Json json = to_json(read_streams({chat()})).at(0);
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  EXPECT_THAT(keys, ElementsAre("stream", "topics", "epoch", "first", "head", "messages", "bytes", "segments", "oldest",
                                "state", "durability", "uncommitted"));
  EXPECT_EQ(json.at("topics"), Json({"chat.>", "user.>"}));
  EXPECT_EQ(json.at("messages"), 4701);
  EXPECT_EQ(json.at("oldest"), "2026-11-21T10:00:00.123456Z");
}

TEST(StreamRows, ShowWhatABrokerSaysBeyondThis) {
  EXPECT_EQ(to_json(read_streams({chat()})).at(0).at("uncommitted"), 5);
  EXPECT_THAT(describe(read_streams({chat()}).front()), ContainsRegex("durability +fsync\n"));
}

TEST(StreamRows, OfAnEmptyStreamHaveNoFirstMessage) {
  Headers row = chat();
  row["first"] = "4712";
  row["oldest"] = "0";
  const Json json = to_json(read_streams({row})).at(0);
  EXPECT_EQ(json.at("messages"), 0);
  EXPECT_TRUE(json.at("first").is_null());
  EXPECT_TRUE(json.at("oldest").is_null());
}

TEST(StreamRows, LeaveOutWhatABrokerDoesNotSay) {
  const auto streams = read_streams({{{"stream", "chat"}}});
  EXPECT_TRUE(to_json(streams).at(0).at("messages").is_null());
  EXPECT_THAT(describe(streams), ContainsRegex("chat +- +- +- +- +- +- +-\n"));
}

TEST(StreamRows, WithNumbersThatAreNoneAreLeftOut) {
  Headers row = chat();
  row["first"] = "4713";
  row["bytes"] = "many";
  row["oldest"] = "18446744073709551615";
  const Json json = to_json(read_streams({row})).at(0);
  for (const char* key : {"messages", "first", "bytes", "oldest"}) EXPECT_TRUE(json.at(key).is_null()) << key;
}

}  // namespace
}  // namespace fanfare::cli
