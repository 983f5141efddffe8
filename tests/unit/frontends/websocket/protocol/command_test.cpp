#include "frontends/websocket/protocol/command.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::frontends::websocket::protocol {
namespace {

/// The only command of `frame`.
Command one(std::string_view frame) {
  const auto commands = parse_commands(frame);
  EXPECT_TRUE(commands && commands->size() == 1) << frame;
  return commands && !commands->empty() ? commands->front() : Command{};
}

bool refused(std::string_view frame) { return !parse_commands(frame).has_value(); }

TEST(Command, AConnectCarriesItsToken) {
  const auto command = one(R"({"id":1,"connect":{"token":"abc","name":"js"}})");
  EXPECT_EQ(command.id, 1U);
  EXPECT_EQ(std::get<Connect>(command.request).token, "abc");
}

TEST(Command, SeveralLinesAreSeveralCommandsInTheirOrder) {
  const auto commands = parse_commands(
      "{\"id\":1,\"subscribe\":{\"channel\":\"a\"}}\n{}\n{\"id\":2,\"unsubscribe\":{\"channel\":\"a\"}}\n");
  ASSERT_TRUE(commands);
  ASSERT_EQ(commands->size(), 3U);
  EXPECT_EQ(std::get<Subscribe>((*commands)[0].request).channel, "a");
  EXPECT_TRUE(std::holds_alternative<Pong>((*commands)[1].request));
  EXPECT_EQ(std::get<Unsubscribe>((*commands)[2].request).channel, "a");
}

TEST(Command, DataIsKeptAsJson) {
  const auto rpc = std::get<Rpc>(one(R"({"id":3,"rpc":{"method":"m","data":{"a":[1,"x\n"]}}})").request);
  EXPECT_EQ(rpc.method, "m");
  EXPECT_EQ(rpc.data, R"({"a":[1,"x\n"]})");
  EXPECT_EQ(std::get<Publish>(one(R"({"id":3,"publish":{"channel":"c"}})").request).data, "null");
}

TEST(Command, WhatNewerClientsAddIsIgnored) {
  EXPECT_EQ(
      std::get<Subscribe>(one(R"({"id":1,"subscribe":{"channel":"a","positioned":true,"tf":{}}})").request).channel,
      "a");
}

TEST(Command, ASubscribeSaysWhereItGoesOn) {
  const auto subscribe = std::get<Subscribe>(
      one(R"({"id":1,"subscribe":{"channel":"a","recover":true,"offset":9007199254740991,"epoch":"e","flag":3}})")
          .request);
  EXPECT_TRUE(subscribe.recover);
  EXPECT_EQ(subscribe.offset, 9007199254740991U);
  EXPECT_EQ(subscribe.epoch, "e");
  EXPECT_TRUE(subscribe.reject_unrecovered);
  const auto plain = std::get<Subscribe>(one(R"({"id":1,"subscribe":{"channel":"a","flag":1}})").request);
  EXPECT_FALSE(plain.recover);
  EXPECT_FALSE(plain.reject_unrecovered);
}

TEST(Command, APositionThatIsNoneIsRefused) {
  for (const char* member : {R"("offset":-1)", R"("offset":1.5)", R"("offset":"1")", R"("offset":9007199254740992)",
                             R"("recover":1)", R"("epoch":7)", R"("flag":-1)"}) {
    EXPECT_TRUE(refused(R"({"id":1,"subscribe":{"channel":"a",)" + std::string(member) + "}}")) << member;
  }
}

TEST(Command, PresenceNamesItsChannel) {
  EXPECT_EQ(std::get<Presence>(one(R"({"id":1,"presence":{"channel":"a"}})").request).channel, "a");
  EXPECT_EQ(std::get<PresenceStats>(one(R"({"id":1,"presence_stats":{"channel":"a"}})").request).channel, "a");
  EXPECT_TRUE(std::get<Subscribe>(one(R"({"id":1,"subscribe":{"channel":"a","join_leave":true}})").request).join_leave);
  EXPECT_FALSE(std::get<Subscribe>(one(R"({"id":1,"subscribe":{"channel":"a"}})").request).join_leave);
  EXPECT_TRUE(refused(R"({"id":1,"presence":{"channel":1}})"));
  EXPECT_TRUE(refused(R"({"id":1,"subscribe":{"channel":"a","join_leave":1}})"));
}

TEST(Command, PartsOfTheProtocolThatAreNotServedAreKnown) {
  EXPECT_EQ(std::get<Unserved>(one(R"({"id":1,"history":{"channel":"a"}})").request).name, "history");
  EXPECT_EQ(std::get<Unserved>(one(R"({"send":{"data":1}})").request).name, "send");
}

TEST(Command, GarbageIsRefused) {
  for (const char* frame : {"",
                            "\n",
                            "hello",
                            "[]",
                            "1",
                            "null",
                            "{",
                            R"({"id":1})",
                            R"({"id":1,"what":{}})",
                            R"({"id":-1,"ping":{}})",
                            R"({"id":1.5,"ping":{}})",
                            R"({"id":"1","ping":{}})",
                            R"({"id":4294967296,"ping":{}})",
                            R"({"id":1,"ping":1})",
                            R"({"id":1,"ping":null})",
                            R"({"id":1,"connect":{"token":7}})",
                            R"({"id":1,"rpc":{"method":[]}})",
                            R"({"id":1,"ping":{},"connect":{}})",
                            R"({"id":1,"id":2,"ping":{}})",
                            "{\"id\":1,\"connect\":{\"token\":\"\xff\"}}",
                            R"({"id":1,"ping":{}}{"id":2,"ping":{}})",
                            R"({"id":1,"ping":{}} x)"}) {
    EXPECT_TRUE(refused(frame)) << frame;
  }
}

TEST(Command, OneBadLineSpoilsTheFrame) { EXPECT_TRUE(refused("{\"id\":1,\"ping\":{}}\n{\"id\":2")); }

TEST(Command, TextsNestingAndNumberAreBounded) {
  const auto text = [](std::size_t size) { return '"' + std::string(size, 'x') + '"'; };
  EXPECT_FALSE(refused(R"({"id":1,"subscribe":{"channel":)" + text(255) + "}}"));
  EXPECT_TRUE(refused(R"({"id":1,"subscribe":{"channel":)" + text(256) + "}}"));
  EXPECT_TRUE(refused(R"({"id":1,"rpc":{"method":)" + text(65) + "}}"));
  EXPECT_TRUE(refused(R"({"id":1,"connect":{"token":)" + text(8193) + "}}"));
  EXPECT_TRUE(refused(R"({"id":1,"rpc":{"data":)" + std::string(30'000, '[') + std::string(30'000, ']') + "}}"));
  EXPECT_TRUE(refused(std::string(kMaximalFrame + 1, '\n')));
  std::string pongs;
  for (std::size_t i = 0; i < kMaximalCommands; ++i) pongs += "{}\n";
  EXPECT_FALSE(refused(pongs));
  EXPECT_TRUE(refused(pongs + "{}"));
}

}  // namespace
}  // namespace fanfare::frontends::websocket::protocol
