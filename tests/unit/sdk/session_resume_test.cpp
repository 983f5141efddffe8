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
  EXPECT_EQ(hello.sent, 3U) << "SUBSCRIBE and two PUBLISH";
  EXPECT_EQ(hello.received, 2U) << "OK and DELIVER";
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
  reconnect(resumed(2));
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

TEST_F(SessionResume, WhatWasAskedArrivesOnceAndSoDoesItsAnswer) {
  connect();
  subscribe(1, "a.>");
  const auto asked = sent().one<protocol::Subscribe>().request;
  reconnect(resumed(0));
  const auto again = sent();
  EXPECT_EQ(again.one<protocol::Subscribe>().request, asked);
  EXPECT_TRUE(again.all<protocol::Unsubscribe>().empty());
  reconnect(resumed(1));
  EXPECT_TRUE(sent().empty()) << "only its answer was lost: the broker repeats that";
  receive(protocol::Ok{.request = asked, .positions = {}});
  EXPECT_EQ(told.registered, std::vector<Handle>{1});
}

TEST_F(SessionResume, WhatWasInNoFrameYetIsSentAfterWhatIsRepeated) {
  connect();
  subscribed(1, "a.>");
  subscribe(2, "b.>");
  publish(1, "a.b", "x");
  (void)sent();
  session.remove(1);
  session.lost(now, Error(ErrorCode::unreachable));
  session.remove(2);
  subscribe(3, "c.>");
  wait(10s);
  connect(resumed(1));
  const auto frame = sent();
  EXPECT_EQ(frame.types(), (std::vector{protocol::CommandType::subscribe, protocol::CommandType::topic,
                                        protocol::CommandType::publish, protocol::CommandType::unsubscribe,
                                        protocol::CommandType::unsubscribe, protocol::CommandType::subscribe}));
  EXPECT_EQ(frame.all<protocol::Subscribe>().back().handle, 3U);
}

TEST_F(SessionResume, WithoutItWhatWasInNoFrameYetIsVoid) {
  connect();
  subscribed(1, "a.>");
  subscribed(2, "b.>");
  session.remove(1);
  reconnect();
  const auto frame = sent();
  EXPECT_TRUE(frame.all<protocol::Unsubscribe>().empty());
  EXPECT_EQ(frame.one<protocol::Subscribe>().handle, 2U);
}

TEST_F(SessionResume, ACancelFollowsItsRequestOverTheCut) {
  connect();
  request(1, "svc.echo", "hi", 1min);
  const auto number = sent().one<protocol::Request>().request;
  session.lost(now, Error(ErrorCode::unreachable));
  session.cancel(1);
  wait(10s);
  connect(resumed(0));
  const auto frame = sent();
  EXPECT_EQ(frame.types(), (std::vector{protocol::CommandType::request, protocol::CommandType::cancel}));
  EXPECT_EQ(frame.one<protocol::Cancel>().number, number);
}

TEST_F(SessionResume, QuestionsAndActionsAreNotAskedTwice) {
  connect();
  session.query(1, protocol::QueryKind::broker, now + 1min);
  session.fetch(2, {.pattern = "chat.>", .deadline = now + 1min});
  session.manage(3, {.group = "work", .sequences = {}, .deadline = now + 1min});
  (void)sent();
  reconnect(resumed(3));
  EXPECT_TRUE(sent().empty());
  EXPECT_TRUE(told.managed.empty());
  reconnect(resumed(1));
  EXPECT_EQ(told.states.back().code, ErrorCode::malformed_frame) << "what was received once stays so";
}

TEST_F(SessionResume, WhatTheRepeatNeedsWaitsForCreditAndNothingOvertakesIt) {
  connect();
  for (Ticket ticket = 1; ticket <= 3; ++ticket) publish(ticket, "a.b", std::string(100, 'x'));
  (void)sent();
  subscribe(1, "a.>");
  auto with = resumed(0);
  with.limit = 150;
  reconnect(with);
  EXPECT_EQ(sent().all<protocol::Publish>().size(), 1U);
  EXPECT_TRUE(sent().empty());
  receive(protocol::Credit{.received = 1, .limit = 1'000});
  EXPECT_EQ(sent().types(), (std::vector{protocol::CommandType::publish, protocol::CommandType::publish,
                                         protocol::CommandType::subscribe}));
}

TEST_F(SessionResume, ACutConnectionMayBeCutAgainBeforeAllWasRepeated) {
  connect();
  for (Ticket ticket = 1; ticket <= 3; ++ticket) publish(ticket, "a.b", std::to_string(ticket));
  const auto first = sent().all<protocol::Publish>().front().request;
  reconnect(resumed(1));
  reconnect(resumed(1));
  EXPECT_EQ(sent().all<protocol::Publish>().front().request, first + 1);
  reconnect(resumed(3));
  EXPECT_TRUE(sent().empty());
}

TEST_F(SessionResume, CountsThatDoNotFitEndTheSessionAndTheNextIsNew) {
  connect();
  publish(1, "a.b", "x");
  (void)sent();
  reconnect(resumed(5));
  EXPECT_FALSE(session.has_connection());
  EXPECT_EQ(told.states.back().code, ErrorCode::malformed_frame);
  wait(10s);
  session.opened(now, 0.5);
  EXPECT_EQ(sent().one<protocol::Hello>().flags, 0);
  receive(welcome());
  EXPECT_FALSE(told.states.back().resumed);
  EXPECT_NE(sent().one<protocol::Publish>().flags & protocol::message_flags::kResent, 0);
}

TEST_F(SessionResume, AnAnswerToWhatTheBrokerSaysItNeverReceivedDoesNotFit) {
  connect();
  publish(1, "a.b", "x");
  receive(protocol::Puback{{{.first = sent().one<protocol::Publish>().request, .count = 1}}});
  reconnect(resumed(0));
  EXPECT_EQ(told.states.back().code, ErrorCode::malformed_frame);
}

TEST_F(SessionResume, AnotherSessionIsNotThisOne) {
  connect();
  auto other = resumed(0);
  other.session = uuid(77);
  reconnect(other);
  EXPECT_EQ(told.states.back().code, ErrorCode::malformed_frame);
}

TEST_F(SessionResume, ANewSessionOfTheSameIdIsNew) {
  connect();
  subscribed(1, "a.>");
  reconnect();
  EXPECT_FALSE(told.states.back().resumed);
  EXPECT_EQ(sent().one<protocol::Subscribe>().handle, 1U);
  receive(protocol::Ok{.request = 2, .positions = {}});
  EXPECT_EQ(told.gaps.size(), 1U);
}

TEST_F(SessionResume, IsTriedAfterAConnectionTheBrokerDoesNotKnow) {
  connect();
  subscribed(1, "a.>");
  receive(protocol::Error{.code = ErrorCode::no_session, .flags = protocol::Error::kCloses});
  wait(10s);
  session.opened(now, 0.5);
  const auto frame = sent();
  EXPECT_EQ(frame.one<protocol::Hello>().flags, protocol::Hello::kResume);
  EXPECT_EQ(frame.one<protocol::Hello>().received, 1U) << "the error is the connection's";
}

TEST_F(SessionResume, AMemberThatLeftWhileAwaySaysSoFirst) {
  connect();
  serve(1, "svc.>");
  receive(protocol::Ok{.request = sent().one<protocol::Serve>().request, .positions = {}});
  receive(protocol::ServiceRequest{.exchange = 9, .handle = 1, .topic = "svc.a", .content = std::string_view("hi")});
  session.lost(now, Error(ErrorCode::unreachable));
  session.reply(told.requests.at(0).exchange, {}, "done", false);
  session.remove(1);
  wait(10s);
  connect(resumed(1));
  const auto frame = sent();
  EXPECT_EQ(frame.one<protocol::Reply>().number, 9U);
  EXPECT_EQ(frame.one<protocol::Unsubscribe>().handle, 1U);
  EXPECT_TRUE(told.ended.empty());
}

}  // namespace
}  // namespace fanfare::session::test
