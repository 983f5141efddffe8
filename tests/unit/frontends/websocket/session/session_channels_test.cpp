#include "tests/unit/frontends/websocket/session/session_fixture.hpp"

namespace fanfare::frontends::websocket::session {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class SessionChannels : public SessionTest {
 protected:
  void SetUp() override { connect(); }
  const std::string talk = "chat." + kTalk;
};

TEST_F(SessionChannels, AMemberEntersAConversation) {
  subscribe(talk);
  EXPECT_EQ(answer<void>(backend.members, {}), kAda + " " + kTalk);
  EXPECT_THAT(outlet.lines, IsEmpty());
  EXPECT_EQ(answer<Entered>(channels.entered, Entered{}), talk);
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"id":2,"subscribe":{}})"));
}

TEST_F(SessionChannels, OnesOwnChannelNeedsNoQuestion) {
  subscribe("user." + kAda);
  EXPECT_THAT(backend.members, IsEmpty());
  EXPECT_EQ(answer<Entered>(channels.entered, Entered{}), "user." + kAda);
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"id":2,"subscribe":{}})"));
}

TEST_F(SessionChannels, SomebodyElsesConversationIsRefused) {
  subscribe(talk);
  answer<void>(backend.members, protocol::Refusal{protocol::kPermissionDenied, "not a member"});
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"id":2,"error":{"code":103,"message":"not a member"}})"));
  EXPECT_THAT(channels.entered, IsEmpty());
}

TEST_F(SessionChannels, WhatIsNobodysIsRefusedAndWhatIsNoChannelUnknown) {
  for (const std::string& name : {"user." + kBob, std::string("$change.person.1"), std::string("$sys")}) {
    subscribe(name);
    EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"("code":103)"))) << name;
  }
  for (const std::string& name :
       {std::string(""), std::string("chat"), std::string("chat.>"), std::string("chat.*"), "CHAT." + kTalk,
        talk + ".x", std::string("chat.0190C000-0000-7000-8000-00000000000A"), "orders." + kTalk,
        std::string("accounts.whoami")}) {
    subscribe(name);
    EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"("code":102)"))) << name;
  }
  EXPECT_THAT(backend.members, IsEmpty());
}

TEST_F(SessionChannels, TwiceIsRefused) {
  enter_talk();
  subscribe(talk);
  EXPECT_THAT(outlet.lines, ElementsAre(HasSubstr(R"("code":105)")));
}

TEST_F(SessionChannels, TheirNumberIsBounded) {
  for (std::size_t i = 0; i <= Limits{}.channels; ++i) {
    char id[40];
    std::snprintf(id, sizeof id, "0190c000-0000-7000-8000-%012zu", i);
    subscribe(std::string("chat.") + id);
  }
  EXPECT_THAT(outlet.lines, ElementsAre(HasSubstr(R"("code":106)")));
}

TEST_F(SessionChannels, PublicationsArePassedOn) {
  enter_talk();
  session->deliver(protocol::Line(R"({"push":{}})"));
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"push":{}})"));
}

TEST_F(SessionChannels, WhoUnsubscribesWhileBeingAskedAboutDoesNotEnter) {
  subscribe(talk);
  session->received(R"({"id":3,"unsubscribe":{"channel":")" + talk + R"("}})");
  answer<void>(backend.members, {});
  EXPECT_THAT(channels.entered, IsEmpty());
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"id":3,"unsubscribe":{}})"));
}

TEST_F(SessionChannels, AnOldAnswerDoesNotCountForANewSubscription) {
  subscribe(talk, 2);
  session->received(R"({"id":3,"unsubscribe":{"channel":")" + talk + R"("}})");
  subscribe(talk, 4);
  outlet.take();
  answer<void>(backend.members, {});
  EXPECT_THAT(channels.entered, IsEmpty());
  answer<void>(backend.members, protocol::Refusal{protocol::kPermissionDenied, "no"});
  EXPECT_THAT(outlet.lines, ElementsAre(HasSubstr(R"("id":4,"error")")));
}

TEST_F(SessionChannels, UnsubscribingLeaves) {
  enter_talk();
  session->received(R"({"id":3,"unsubscribe":{"channel":")" + talk + R"("}})");
  EXPECT_THAT(outlet.lines, ElementsAre(R"({"id":3,"unsubscribe":{}})"));
  EXPECT_THAT(channels.left, ElementsAre(talk));
}

TEST_F(SessionChannels, AnInterruptionSendsTheClientToSubscribeAgain) {
  enter_talk();
  session->interrupted(talk);
  EXPECT_THAT(outlet.take(), ElementsAre(HasSubstr(R"("unsubscribe":{"code":2500)")));
  EXPECT_THAT(channels.left, IsEmpty());
  enter_talk();
}

TEST_F(SessionChannels, WhoIsNoMemberAnyMoreIsPutOut) {
  enter_talk();
  session->rights_changed(kTalk);
  answer<void>(backend.members, protocol::Refusal{protocol::kPermissionDenied, "no"});
  EXPECT_THAT(outlet.lines, ElementsAre(HasSubstr(R"("unsubscribe":{"code":2000)")));
  EXPECT_THAT(channels.left, ElementsAre(talk));
}

TEST_F(SessionChannels, WhoIsStillAMemberStays) {
  enter_talk();
  session->rights_changed(kTalk);
  answer<void>(backend.members, {});
  EXPECT_THAT(outlet.lines, IsEmpty());
  EXPECT_THAT(channels.left, IsEmpty());
}

TEST_F(SessionChannels, WhoCannotBeAskedAboutHasToComeBack) {
  enter_talk();
  session->rights_changed(kTalk);
  answer<void>(backend.members, protocol::Refusal{protocol::kInternal, "away", true});
  EXPECT_THAT(outlet.lines, ElementsAre(HasSubstr(R"("unsubscribe":{"code":2500)")));
}

TEST_F(SessionChannels, WhoLosesTheRightWhileEnteringIsRefused) {
  subscribe(talk);
  answer<void>(backend.members, {});
  session->rights_changed(kTalk);
  answer<void>(backend.members, protocol::Refusal{protocol::kPermissionDenied, "no"});
  EXPECT_THAT(outlet.lines, ElementsAre(HasSubstr(R"("id":2,"error":{"code":103)")));
  answer<Entered>(channels.entered, Entered{});
  EXPECT_EQ(outlet.lines.size(), 1U);
}

TEST_F(SessionChannels, TheEndLeavesAll) {
  enter_talk();
  session->close(protocol::kShutdown);
  EXPECT_THAT(channels.left, ElementsAre(talk));
}

}  // namespace
}  // namespace fanfare::frontends::websocket::session
