#include "frontends/websocket/protocol/reply.hpp"
#include "tests/unit/frontends/websocket/session/session_fixture.hpp"

namespace fanfare::frontends::websocket::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using People = std::vector<std::string>;

class SessionPresence : public SessionTest {
 protected:
  void SetUp() override {
    connect();
    presence.said.clear();
  }

  void ask(const std::string& channel, const std::string& command = "presence") {
    session->received(R"({"id":5,")" + command + R"(":{"channel":")" + channel + R"("}})");
  }

  void subscribe_with_people(const std::string& channel) {
    session->received(R"({"id":2,"subscribe":{"channel":")" + channel + R"(","join_leave":true}})");
    answer<void>(backend.members, {});
  }
};

TEST_F(SessionTest, APersonIsThereFromTheirTokenUntilTheEnd) {
  session->received(R"({"id":1,"connect":{"token":"good"}})");
  EXPECT_THAT(presence.said, IsEmpty());
  answer<Identity>(backend.tokens, Identity{kAda, expiry(900s)});
  EXPECT_THAT(presence.said, ElementsAre("came " + kAda));
  session->ended();
  session->ended();
  EXPECT_THAT(presence.said, ElementsAre("came " + kAda, "went " + kAda));
}

TEST_F(SessionTest, NobodyIsThereWithoutAToken) {
  session->received(R"({"id":1,"connect":{"token":"bad"}})");
  answer<Identity>(backend.tokens, protocol::Refusal{protocol::kUnauthorized, "no"});
  session->ended();
  EXPECT_THAT(presence.said, IsEmpty());
}

TEST_F(SessionPresence, TellsAMemberWhoIsThereOnceAPersonAndWithoutTheirConnections) {
  ask("chat." + kTalk);
  EXPECT_EQ(answer<void>(backend.members, {}), kAda + " " + kTalk);
  EXPECT_EQ(answer<People>(presence.asked, People{kAda, kBob}), kAda + " " + kTalk);
  const auto entry = [](const std::string& id) {
    return "\"" + id + R"(":{"client":")" + id + R"(","user":")" + id + R"("})";
  };
  EXPECT_THAT(outlet.lines,
              ElementsAre(R"({"id":5,"presence":{"presence":{)" + entry(kAda) + "," + entry(kBob) + "}}}"));
}

TEST_F(SessionPresence, CountsThem) {
  ask("chat." + kTalk, "presence_stats");
  answer<void>(backend.members, {});
  answer<People>(presence.asked, People{kAda, kBob});
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"id":5,"presence_stats":{"num_clients":2,"num_users":2}})"));
}

TEST_F(SessionPresence, TellsStrangersNothing) {
  ask("chat." + kTalk);
  answer<void>(backend.members, protocol::Refusal{protocol::kPermissionDenied, "not a member"});
  EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"({"id":5,"error":{"code":103)")));
  for (const std::string& channel :
       {"user." + kBob, "user." + kAda, "typing." + kTalk, std::string("$presence.x"), std::string("x")}) {
    ask(channel);
    EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"("code":103)"))) << channel;
    ask(channel, "presence_stats");
    EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"("code":103)"))) << channel;
  }
  EXPECT_THAT(presence.asked, IsEmpty());
}

TEST_F(SessionPresence, SaysWhyItCantTell) {
  ask("chat." + kTalk);
  answer<void>(backend.members, {});
  answer<People>(presence.asked, protocol::Refusal{protocol::kInternal, "not known yet", true});
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"id":5,"error":{"code":100,"message":"not known yet","temporary":true}})"));
}

TEST_F(SessionPresence, JoinsComeAfterTheReplyToSubscribe) {
  subscribe_with_people("chat." + kTalk);
  EXPECT_THAT(presence.said, IsEmpty());
  answer<Entered>(channels.entered, Entered{});
  EXPECT_THAT(outlet.take(), ElementsAre(R"({"id":2,"subscribe":{}})"));
  EXPECT_THAT(presence.said, ElementsAre("watch " + kAda + " " + kTalk));
  session->deliver(protocol::join_push("chat." + kTalk, kBob));
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"push":{"channel":"chat.)" + kTalk + R"(","join":{"info":{"client":")" +
                                        kBob + R"(","user":")" + kBob + R"("}}}})"));
}

TEST_F(SessionPresence, EndWithTheSubscription) {
  subscribe_with_people("chat." + kTalk);
  answer<Entered>(channels.entered, Entered{});
  session->received(R"({"id":3,"unsubscribe":{"channel":"chat.)" + kTalk + R"("}})");
  EXPECT_THAT(presence.said, ElementsAre("watch " + kAda + " " + kTalk, "unwatch " + kTalk));
}

TEST_F(SessionPresence, EndWithTheSession) {
  subscribe_with_people("chat." + kTalk);
  answer<Entered>(channels.entered, Entered{});
  session->ended();
  EXPECT_THAT(presence.said, ElementsAre("watch " + kAda + " " + kTalk, "unwatch " + kTalk, "went " + kAda));
}

TEST_F(SessionPresence, EndWithTheMembership) {
  subscribe_with_people("chat." + kTalk);
  answer<Entered>(channels.entered, Entered{});
  session->rights_changed(kTalk);
  answer<void>(backend.members, protocol::Refusal{protocol::kPermissionDenied, "not a member"});
  EXPECT_THAT(presence.said, ElementsAre("watch " + kAda + " " + kTalk, "unwatch " + kTalk));
}

TEST_F(SessionPresence, EndWithAnInterruption) {
  subscribe_with_people("chat." + kTalk);
  answer<Entered>(channels.entered, Entered{});
  session->interrupted("chat." + kTalk);
  EXPECT_THAT(presence.said, ElementsAre("watch " + kAda + " " + kTalk, "unwatch " + kTalk));
}

TEST_F(SessionPresence, NobodyIsWatchedUnasked) {
  enter_talk();
  subscribe_with_people("typing." + kTalk);
  answer<Entered>(channels.entered, Entered{});
  session->ended();
  EXPECT_THAT(presence.said, ElementsAre("went " + kAda));
}

TEST_F(SessionPresence, ASubscriptionThatWasRefusedWatchesNobody) {
  subscribe_with_people("chat." + kTalk);
  answer<Entered>(channels.entered, protocol::Refusal{protocol::kInternal, "away", true});
  session->ended();
  EXPECT_THAT(presence.said, ElementsAre("went " + kAda));
}

}  // namespace
}  // namespace fanfare::frontends::websocket::session
