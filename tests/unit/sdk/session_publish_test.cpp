#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {
namespace {

using SessionPublish = SessionTest;

TEST_F(SessionPublish, WhateverWaitsGoesInOneFrameWithOneAnnouncement) {
  connect();
  for (Ticket ticket = 1; ticket <= 100; ++ticket) publish(ticket, "a.b", "payload");
  const auto frame = sent();
  EXPECT_EQ(frame.one<protocol::Topic>().name, "a.b");
  const auto publishes = frame.all<protocol::Publish>();
  ASSERT_EQ(publishes.size(), 100U);
  for (std::size_t i = 1; i < publishes.size(); ++i) EXPECT_EQ(publishes[i].request, publishes[i - 1].request + 1);
  EXPECT_TRUE(sent().empty());
}

TEST_F(SessionPublish, FramesEndAtAQuarterMegabyteButALargeMessageGoesAlone) {
  connect();
  const std::string part(100'000, 'x');
  publish(1, "a.b", part);
  publish(2, "a.b", part);
  publish(3, "a.b", part);
  publish(4, "a.b", std::string(500'000, 'x'));
  EXPECT_EQ(sent().all<protocol::Publish>().size(), 2U);
  EXPECT_EQ(sent().all<protocol::Publish>().size(), 1U);
  EXPECT_EQ(sent().all<protocol::Publish>().size(), 1U);
}

TEST_F(SessionPublish, AcknowledgementsComeInRanges) {
  connect();
  for (Ticket ticket = 1; ticket <= 3; ++ticket) publish(ticket, "chat.1", "x");
  const auto first = sent().all<protocol::Publish>().front().request;
  receive(protocol::Puback{{{.first = first, .count = 3, .stream = 1, .epoch = epoch, .sequence = 101}}});
  EXPECT_EQ(told.acks.at(1).stream, "chat");
  EXPECT_EQ(told.acks.at(1).position, (Position{epoch, 101}));
  EXPECT_EQ(told.acks.at(3).position, (Position{epoch, 103}));
  EXPECT_EQ(told.acks.at(3).id, uuid(3));
}

TEST_F(SessionPublish, OutsideStreamsAnAcknowledgementSaysHowManyGotIt) {
  connect();
  publish(1, "a.b", "x");
  receive(protocol::Puback{{{.first = sent().one<protocol::Publish>().request, .count = 1, .sequence = 5}}});
  EXPECT_EQ(told.acks.at(1).stream, "");
  EXPECT_EQ(told.acks.at(1).matched, 5U);
}

TEST_F(SessionPublish, OneThatIsRefusedFailsAlone) {
  connect();
  for (Ticket ticket = 1; ticket <= 3; ++ticket) publish(ticket, "a.b", "x");
  const auto first = sent().all<protocol::Publish>().front().request;
  receive(protocol::Error{.request = first + 1, .code = ErrorCode::permission_denied},
          protocol::Puback{{{.first = first, .count = 1}, {.first = first + 2, .count = 1}}});
  EXPECT_EQ(told.failures, (std::map<Ticket, ErrorCode>{{2, ErrorCode::permission_denied}}));
  EXPECT_EQ(told.acks.size(), 2U);
}

TEST_F(SessionPublish, WhatTheBrokerWouldRefuseIsNotSent) {
  auto with = welcome();
  with.limits.message = 10;
  with.limits.header_bytes = 20;
  with.limits.header_count = 1;
  connect(with);
  publish(1, "a b", "x");
  publish(2, "a.b", "12345678901");
  publish(3, "a.b", "x", {{"key", std::string(30, 'v')}});
  publish(4, "a.b", "x", {{"a", "1"}, {"b", "2"}});
  publish(5, "a.b", "x", {{"a", "\xff"}});
  publish(6, "a.b", "1234567890", {{"a", "1"}});
  EXPECT_EQ(sent().all<protocol::Publish>().size(), 1U);
  EXPECT_EQ(told.failures, (std::map<Ticket, ErrorCode>{{1, ErrorCode::bad_topic},
                                                        {2, ErrorCode::message_too_large},
                                                        {3, ErrorCode::headers_too_large},
                                                        {4, ErrorCode::headers_too_large},
                                                        {5, ErrorCode::bad_headers}}));
}

TEST_F(SessionPublish, WhatHasNoAcknowledgementIsSentAgainAndSaysSo) {
  connect();
  publish(1, "chat.1", "one");
  publish(2, "chat.1", "two");
  const auto first = sent().all<protocol::Publish>().front().request;
  receive(protocol::Puback{{{.first = first, .count = 1, .stream = 1, .epoch = epoch, .sequence = 101}}});
  publish(3, "chat.1", "three");
  reconnect();

  const auto frame = sent();
  EXPECT_EQ(frame.one<protocol::Topic>().name, "chat.1");
  const auto again = frame.all<protocol::Publish>();
  ASSERT_EQ(again.size(), 2U);
  EXPECT_TRUE(again[0].content.ends_with("two"));
  EXPECT_NE(again[0].flags & protocol::message_flags::kResent, 0);
  EXPECT_EQ(again[0].last, (protocol::StreamPosition{1, {epoch, 101}}));
  EXPECT_EQ(again[1].flags & protocol::message_flags::kResent, 0);
  receive(protocol::Puback{{{.first = again[0].request, .count = 2, .stream = 1, .epoch = epoch, .sequence = 102}}});
  EXPECT_EQ(told.acks.size(), 3U);
}

TEST_F(SessionPublish, BeforeAnAcknowledgementTheLastPositionIsTheHeadOfTheFirstWelcome) {
  connect();
  publish(1, "chat.1", "x");
  (void)sent();
  head.sequence = 200;
  reconnect();
  EXPECT_EQ(sent().one<protocol::Publish>().last, (protocol::StreamPosition{1, {epoch, 100}}));
}

TEST_F(SessionPublish, TheLastPositionIsTheOneFromBeforeItWasFirstLost) {
  connect();
  publish(1, "chat.1", "one");
  const auto first = sent().one<protocol::Publish>().request;
  receive(protocol::Puback{{{.first = first, .count = 1, .stream = 1, .epoch = epoch, .sequence = 101}}});
  publish(2, "chat.1", "two");
  (void)sent();
  reconnect();
  publish(3, "chat.1", "three");
  publish(4, "chat.1", "four");
  auto requests = sent().all<protocol::Publish>();
  ASSERT_EQ(requests.size(), 3U);
  // What came later is acknowledged first: the one sent before may stand before that.
  receive(protocol::Puback{{{.first = requests[1].request, .count = 1, .stream = 1, .epoch = epoch, .sequence = 120}}});
  head = {uuid(10), 0};  // a new epoch
  reconnect();
  publish(5, "chat.1", "five");
  {
    const auto frame = sent();
    const auto again = frame.all<protocol::Publish>();
    ASSERT_EQ(again.size(), 3U);
    EXPECT_EQ(again[0].last, (protocol::StreamPosition{1, {epoch, 101}}));
    EXPECT_EQ(again[1].last, (protocol::StreamPosition{1, {epoch, 120}}));
    receive(protocol::Puback{{{.first = again[0].request, .count = 2, .stream = 1, .epoch = uuid(10), .sequence = 1}}});
  }
  reconnect();
  EXPECT_EQ(sent().one<protocol::Publish>().last, (protocol::StreamPosition{1, {uuid(10), 2}}));
}

TEST_F(SessionPublish, OutlivesABrokerThatIsAwayForTenMinutesWithItsId) {
  connect();
  publish(1, "chat.1", "sent");
  (void)sent();
  session.lost(now, Error(ErrorCode::unreachable));
  publish(2, "chat.1", "waits");
  for (const auto back = now + 10min; now < back;) {
    now = std::max(now, session.next_deadline());
    session.tick(now);
    if (!session.wants_connection()) continue;
    session.opened(now, 0.5);
    session.lost(now, Error(ErrorCode::unreachable));
  }
  EXPECT_TRUE(told.failures.empty());
  wait(10s);
  connect();
  const auto frame = sent();
  const auto again = frame.all<protocol::Publish>();
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(protocol::split_content(again[0].content, again[0].flags, 0, 0)->id, uuid(1));
  EXPECT_EQ(protocol::split_content(again[1].content, again[1].flags, 0, 0)->id, uuid(2));
  EXPECT_NE(again[0].flags & protocol::message_flags::kResent, 0);
  EXPECT_EQ(again[1].flags & protocol::message_flags::kResent, 0);
  receive(protocol::Puback{{{.first = again[0].request, .count = 2, .stream = 1, .epoch = epoch, .sequence = 101}}});
  EXPECT_EQ(told.acks.size(), 2U);
}

TEST_F(SessionPublish, ATracedOneIsToldOfWhenItGoesOut) {
  auto batch = std::make_unique<PublishBatch>();
  batch->add(1, "a.b", {uuid(77), {}, {}, "x"}, true);
  session.publish(std::move(batch));
  EXPECT_TRUE(told.traced.empty());
  connect();
  (void)sent();
  EXPECT_EQ(told.traced, std::vector{uuid(77)});
}

}  // namespace
}  // namespace fanfare::session::test
