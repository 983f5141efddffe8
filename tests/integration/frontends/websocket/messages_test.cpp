#include <filesystem>

#include "tests/integration/frontends/websocket/service_fixture.hpp"

namespace fanfare::test {
namespace {

using testing::HasSubstr;

class WebSocketMessages : public ServiceTest {
 protected:
  static std::string send_command(int id, const std::string& text, const std::string& conversation = kTalk) {
    return R"({"id":)" + std::to_string(id) + R"(,"rpc":{"method":"messages.send","data":{"conversation":")" +
           conversation + R"(","id":"m)" + std::to_string(id) + R"(","text":")" + text + R"("}}})";
  }
};

TEST_F(WebSocketMessages, WhatOneSendsBothSeeInTheSameOrder) {
  auto ada = listening(kAda);
  auto bob = listening(kBob);
  constexpr int kMessages = 50;
  for (int i = 0; i < kMessages; ++i) {
    auto& sender = i % 2 == 0 ? ada : bob;
    ASSERT_TRUE(sender.send(send_command(10 + i, "text " + std::to_string(i))));
  }
  const auto publications = [](WebSocketClient& client) {
    std::vector<std::string> got;
    while (got.size() < kMessages) {
      const auto line = client.next();
      if (!line) break;
      if (line->starts_with(R"({"push")")) got.push_back(*line);
    }
    return got;
  };
  const auto seen_by_ada = publications(ada);
  EXPECT_EQ(seen_by_ada.size(), kMessages);
  EXPECT_EQ(seen_by_ada, publications(bob));
  EXPECT_THAT(seen_by_ada.front(), HasSubstr(R"("info":{"user":"0190a000)"));
  EXPECT_THAT(seen_by_ada.front(), HasSubstr(R"("tags":{"epoch":)"));
}

TEST_F(WebSocketMessages, TheSenderHearsWhereItStands) {
  auto ada = listening(kAda);
  ada.send(send_command(7, "hi"));
  std::string reply;
  std::string push;
  for (int i = 0; i < 2; ++i) {
    const auto line = ada.next().value_or("");
    (line.starts_with(R"({"push")") ? push : reply) = line;
  }
  EXPECT_THAT(reply, HasSubstr(R"({"id":7,"rpc":{"data":{"client_id":"m7")"));
  EXPECT_THAT(reply, HasSubstr(R"("sequence":1)"));
  EXPECT_THAT(push, HasSubstr(R"("offset":1)"));
  EXPECT_THAT(push, HasSubstr(R"("text":"hi")"));
}

TEST_F(WebSocketMessages, NobodyWritesIntoOthersConversations) {
  auto ada = connected(kAda);
  ada.send(send_command(7, "hi", "0190c000-0000-7000-8000-00000000ffff"));
  EXPECT_THAT(ada.next().value_or(""), HasSubstr(R"({"id":7,"error":{"code":102)"));
}

TEST_F(WebSocketMessages, AnRpcIsAnsweredByItsServiceForThePersonOfTheToken) {
  auto ada = connected(kAda);
  ada.send(R"({"id":5,"rpc":{"method":"accounts.whoami","data":{}}})");
  EXPECT_EQ(ada.next(), R"({"id":5,"rpc":{"data":{"user":{"id":")" + kAda + R"("}}}})");
  ada.send(R"({"id":6,"rpc":{"method":"accounts.keys","data":{}}})");
  EXPECT_THAT(ada.next().value_or(""), HasSubstr(R"("code":104)"));
  for (const std::string method : {"conversations.list", "conversations.read", "conversations.mute",
                                   "conversations.unmute", "history.list", "history.search", "history.unread"}) {
    ada.send(R"({"id":7,"rpc":{"method":")" + method + R"(","data":{}}})");
    EXPECT_THAT(ada.next().value_or(""), HasSubstr(R"("code":100)")) << "nobody serves " << method;
  }
}

TEST_F(WebSocketMessages, TypingReachesTheOthers) {
  auto bob = connected(kBob);
  bob.send(subscribe_command("typing." + kTalk));
  EXPECT_EQ(bob.next(), R"({"id":2,"subscribe":{}})");
  auto ada = connected(kAda);
  ada.send(R"({"id":3,"publish":{"channel":"typing.)" + kTalk + R"(","data":{}}})");
  EXPECT_EQ(ada.next(), R"({"id":3,"publish":{}})");
  EXPECT_THAT(bob.next().value_or(""), HasSubstr(R"("info":{"user":")" + kAda));
}

TEST_F(WebSocketMessages, APersonalChannelIsOnesOwn) {
  auto ada = connected(kAda);
  ada.send(subscribe_command("user." + kBob));
  EXPECT_THAT(ada.next().value_or(""), HasSubstr(R"("code":103)"));
  ada.send(subscribe_command("user." + kAda));
  EXPECT_THAT(ada.next().value_or(""), HasSubstr(R"({"id":2,"subscribe":{"recoverable":true)"));
  accounts.client().publish("user." + kAda, R"({"kind":"conversation_added"})").get();
  EXPECT_THAT(ada.next().value_or(""), HasSubstr("conversation_added"));
}

TEST_F(WebSocketMessages, ATracedMessageSaysHowManySocketsGotIt) {
  std::promise<void> told;
  const auto watching = accounts.client().subscribe("$sys.event.trace.>", [&](const Message& hop) {
    if (hop.headers.at("hop") == "given to 2 sockets") told.set_value();
  });
  ASSERT_TRUE(watching.wait_ready(patient(5s)));
  const auto ada = listening(kAda);
  const auto bob = listening(kBob);
  accounts.client().publish("chat." + kTalk, "{}", {.traced = true}).get();
  EXPECT_EQ(told.get_future().wait_for(patient(5s)), std::future_status::ready);
}

TEST_F(WebSocketMessages, WhatIsNoJsonIsLeftOut) {
  auto ada = listening(kAda);
  accounts.client().publish("chat." + kTalk, "hello").get();
  accounts.client().publish("chat." + kTalk, R"({"kind":"text"})").get();
  EXPECT_THAT(ada.next().value_or(""), HasSubstr(R"("data":{"kind":"text"})"));
  EXPECT_THAT(log_text.text(), HasSubstr("its payload is not JSON"));
}

TEST_F(WebSocketMessages, WhoIsRemovedIsPutOutAndCannotComeBack) {
  auto bob = listening(kBob);
  accounts.remove(kTalk, kBob);
  EXPECT_THAT(bob.next().value_or(""), HasSubstr(R"("unsubscribe":{"code":2000)"));
  bob.send(subscribe_command("chat." + kTalk, 3));
  EXPECT_THAT(bob.next().value_or(""), HasSubstr(R"({"id":3,"error":{"code":103)"));
}

TEST_F(WebSocketMessages, WhatWaitsGoesOutInOneFrame) {
  auto ada = connected(kAda);
  std::string commands;
  for (int i = 0; i < 20; ++i)
    commands += R"({"id":9,"ping":{}})"
                "\n";
  const auto before = ada.frames();
  ada.send(commands);
  for (int i = 0; i < 20; ++i) EXPECT_EQ(ada.next(), R"({"id":9,"ping":{}})");
  EXPECT_EQ(ada.frames() - before, 1U);
}

TEST_F(WebSocketMessages, AStreamThatBeganAnewSendsEverybodyToLoadAgain) {
  auto ada = listening(kAda);
  accounts.client().publish("chat." + kTalk, R"({"n":1})").get();
  EXPECT_THAT(ada.next().value_or(""), HasSubstr(R"("n":1)"));
  broker.kill();
  ASSERT_TRUE(eventually(20s, [&] { return log_text.text().find("no broker") != std::string::npos; }));
  ada.send(subscribe_command("user." + kAda, 4));
  EXPECT_THAT(ada.next(20s).value_or(""), HasSubstr(R"("temporary":true)"));
  const auto elsewhere = address.folder() / "new";
  std::filesystem::create_directory(elsewhere);
  const BrokerProcess again(address.str(), elsewhere);
  ASSERT_TRUE(accounts.client().wait_ready(patient(10s)));
  EXPECT_THAT(ada.next(20s).value_or(""), HasSubstr(R"("unsubscribe":{"code":2500)"));
  ASSERT_TRUE(eventually(10s, [&] {
    ada.send(subscribe_command("chat." + kTalk, 5));
    return ada.next(20s).value_or("").starts_with(R"({"id":5,"subscribe":{)");
  }));
  accounts.client().publish("chat." + kTalk, R"({"n":2})").get();
  EXPECT_THAT(ada.next().value_or(""), HasSubstr(R"("n":2)"));
}

}  // namespace
}  // namespace fanfare::test
