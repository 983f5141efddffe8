#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {
namespace {

class SessionResume : public SessionTest {
 protected:
  [[nodiscard]] protocol::Welcome resumed(std::uint64_t handled) const {
    auto it = welcome();
    it.flags = protocol::Welcome::kResumed;
    it.secret = uuid(4);
    it.received = handled;
    return it;
  }
};

TEST_F(SessionResume, IsOfferedWithTheLatestSecretAndBothCounts) {
  connect();
  subscribed(1, "a.>");
  publish(1, "a.b", "x");
  publish(2, "a.b", "x");
  (void)sent();
  const auto one = record(kTopic, 0, "hi");
  receive(protocol::Topic{.number = kTopic, .name = "a.b"}, live(one));
  session.lost(now, Error(ErrorCode::unreachable));
  wait(10s);
  session.opened(now, 0.5);
  const auto frame = sent();
  const auto hello = frame.one<protocol::Hello>();
  EXPECT_EQ(hello.flags, protocol::Hello::kResume);
  EXPECT_EQ(hello.session, uuid(1));
  EXPECT_EQ(hello.secret, uuid(2));
  EXPECT_EQ(hello.sent, 2U);
  EXPECT_EQ(hello.received, 1U);
}

TEST_F(SessionResume, SendsAgainExactlyWhatTheBrokerHasNotHandled) {
  connect();
  for (Ticket ticket = 1; ticket <= 3; ++ticket) publish(ticket, "a.b", std::to_string(ticket));
  const auto first = sent().all<protocol::Publish>().front().request;
  publish(4, "a.b", "4");
  reconnect(resumed(1));
  EXPECT_TRUE(told.states.back().resumed);

  const auto frame = sent();
  EXPECT_EQ(frame.one<protocol::Topic>().name, "a.b");
  const auto again = frame.all<protocol::Publish>();
  ASSERT_EQ(again.size(), 3U);
  EXPECT_EQ(again[0].request, first + 1);
  EXPECT_EQ(again[1].request, first + 2);
  EXPECT_EQ(again[0].flags & protocol::message_flags::kResent, 0);
  EXPECT_TRUE(again[2].content.ends_with("4"));
  receive(protocol::Puback{{{.first = first, .count = 3}}});
  EXPECT_EQ(told.acks.size(), 3U);
}

TEST_F(SessionResume, KeepsWhatStands) {
  connect();
  subscribed(1, "a.>");
  request(1, "svc.echo", "hi", 1min);
  const auto number = sent().one<protocol::Request>().request;
  reconnect(resumed(1));
  EXPECT_TRUE(sent().empty());
  EXPECT_TRUE(told.gaps.empty());
  EXPECT_TRUE(told.failures.empty());
  receive(protocol::Reply{.number = number, .content = std::string_view("hello")});
  EXPECT_EQ(told.replies.at(1).payload, "hello");
}

TEST_F(SessionResume, RepeatsRequestsAndRepliesInTheirOrder) {
  connect();
  request(1, "svc.echo", "hi", 1min);
  publish(2, "a.b", "x");
  (void)sent();
  reconnect(resumed(0));
  const auto frame = sent();
  EXPECT_EQ(frame.one<protocol::Request>().content, "hi");
  EXPECT_EQ(frame.all<protocol::Publish>().size(), 1U);
}

TEST_F(SessionResume, ASubscriptionWithoutAnswerIsAskedForAgain) {
  connect();
  subscribe(1, "a.>");
  (void)sent();
  reconnect(resumed(0));
  const auto frame = sent();
  EXPECT_EQ(frame.one<protocol::Unsubscribe>().handle, 1U);
  EXPECT_EQ(frame.one<protocol::Subscribe>().handle, 1U);
}

TEST_F(SessionResume, AnImpossibleCountIsANewSession) {
  connect();
  publish(1, "a.b", "x");
  (void)sent();
  reconnect(resumed(5));
  EXPECT_FALSE(told.states.back().resumed);
  EXPECT_NE(sent().one<protocol::Publish>().flags & protocol::message_flags::kResent, 0);
}

}  // namespace
}  // namespace fanfare::session::test
