#include "frontends/websocket/protocol/reply.hpp"

#include <gtest/gtest.h>

namespace fanfare::frontends::websocket::protocol {
namespace {

using namespace std::chrono_literals;

TEST(Reply, AConnectReplyTellsTheClientItsIdAndWhatItMustKeep) {
  EXPECT_EQ(connect_reply(1, {.client = "c", .version = "v", .token_left = 900s, .ping = 25s}).json(),
            R"({"id":1,"connect":{"client":"c","version":"v","expires":true,"ttl":900,"ping":25,"pong":true}})");
}

TEST(Reply, ATokenThatIsAlmostOverLastsASecond) {
  EXPECT_EQ(refresh_reply(2, -5s).json(), R"({"id":2,"refresh":{"expires":true,"ttl":1}})");
}

TEST(Reply, AnErrorSaysWhetherToTryAgain) {
  EXPECT_EQ(error_reply(3, {103, "no", false}).json(), R"({"id":3,"error":{"code":103,"message":"no"}})");
  EXPECT_EQ(error_reply(3, {100, "a\"b", true}).json(),
            R"({"id":3,"error":{"code":100,"message":"a\"b","temporary":true}})");
}

TEST(Reply, TextThatIsNoUtf8StaysJson) {
  EXPECT_EQ(error_reply(3, {100, "\xff\n", false}).json(),
            "{\"id\":3,\"error\":{\"code\":100,\"message\":\"\xEF\xBF\xBD\\n\"}}");
}

TEST(Reply, AnAnswerIsPassedOnAsItIs) {
  EXPECT_EQ(rpc_reply(4, R"({"a":1.10})").json(), R"({"id":4,"rpc":{"data":{"a":1.10}}})");
}

TEST(Reply, APublicationCarriesAuthorAndPosition) {
  EXPECT_EQ(publication_push({.channel = "chat.1",
                              .data = R"({"text":"hi"})",
                              .user = "u",
                              .offset = 7,
                              .id = "m",
                              .epoch = "e",
                              .timestamp = "t"})
                .json(),
            R"({"push":{"channel":"chat.1","pub":{"data":{"text":"hi"},"offset":7,"info":{"user":"u","client":""},)"
            R"("tags":{"epoch":"e","id":"m","timestamp":"t"}}}})");
  EXPECT_EQ(publication_push({.channel = "typing.1", .data = "{}"}).json(),
            R"({"push":{"channel":"typing.1","pub":{"data":{}}}})");
}

TEST(Reply, ASubscriptionThatIsInNoStreamHasNoPosition) {
  EXPECT_EQ(subscribe_reply(2, {}).json(), R"({"id":2,"subscribe":{}})");
  EXPECT_EQ(subscribe_reply(2, {.was_recovering = true}).json(), R"({"id":2,"subscribe":{"was_recovering":true}})");
}

TEST(Reply, WhatWasMissedStandsAfterItsPosition) {
  const auto missed = publication_object({.channel = "chat.1", .data = R"({"text":"hi"})", .offset = 7});
  EXPECT_EQ(missed, R"({"data":{"text":"hi"},"offset":7})");
  EXPECT_EQ(
      subscribe_reply(
          2, {.epoch = "e", .offset = 6, .was_recovering = true, .recovered = true, .publications = {missed, missed}})
          .json(),
      R"({"id":2,"subscribe":{"recoverable":true,"positioned":true,"epoch":"e","offset":6,)"
      R"("was_recovering":true,"recovered":true,"publications":[)" +
          missed + "," + missed + "]}}");
}

TEST(Reply, AnUnsubscribePushHasItsCode) {
  EXPECT_EQ(unsubscribe_push("c", kInsufficientState).json(),
            R"({"push":{"channel":"c","unsubscribe":{"code":2500,"reason":"insufficient state"}}})");
}

TEST(Reply, PresenceHasOneEntryAPerson) {
  EXPECT_EQ(presence_reply(3, {}).json(), R"({"id":3,"presence":{"presence":{}}})");
  EXPECT_EQ(
      presence_reply(3, {"a", "b\"c"}).json(),
      R"({"id":3,"presence":{"presence":{"a":{"client":"a","user":"a"},"b\"c":{"client":"b\"c","user":"b\"c"}}}})");
  EXPECT_EQ(presence_stats_reply(3, 2).json(), R"({"id":3,"presence_stats":{"num_clients":2,"num_users":2}})");
}

TEST(Reply, APushSaysWhoCameOrWent) {
  EXPECT_EQ(join_push("c", "a").json(), R"({"push":{"channel":"c","join":{"info":{"client":"a","user":"a"}}}})");
  EXPECT_EQ(leave_push("c", "a").json(), R"({"push":{"channel":"c","leave":{"info":{"client":"a","user":"a"}}}})");
}

TEST(Reply, ALineBeginsWithItsSeparator) { EXPECT_EQ(ping().with_separator(), "\n{}"); }

TEST(CompactJson, StaysAsItIsUnlessItHasLineFeeds) {
  EXPECT_EQ(compact_json(R"({"a": 1.10})"), R"({"a": 1.10})");
  EXPECT_EQ(compact_json("{\n \"a\": \"x\\n\"\n}"), R"({"a":"x\n"})");
}

TEST(CompactJson, IsNothingForWhatIsNoJson) {
  for (const char* text : {"", "hello", "{", "{} {}", "\"\xff\""}) EXPECT_FALSE(compact_json(text)) << text;
  EXPECT_FALSE(compact_json(std::string(100, '[') + std::string(100, ']')));
}

}  // namespace
}  // namespace fanfare::frontends::websocket::protocol
