#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {
namespace {

using SessionCredit = SessionTest;

/// A PUBLISH of this payload, its header and an id included.
constexpr std::size_t publish_size(std::size_t payload) { return 5 + 16 + 16 + payload; }

TEST_F(SessionCredit, PublishesStopAtTheBrokersLimit) {
  auto with = welcome();
  with.limit = 3 * publish_size(100);
  connect(with);
  for (Ticket ticket = 1; ticket <= 5; ++ticket) publish(ticket, "a.b", std::string(100, 'x'));
  EXPECT_EQ(sent().all<protocol::Publish>().size(), 3U);
  EXPECT_TRUE(sent().empty());
  receive(protocol::Credit{.received = 2, .limit = 4 * publish_size(100)});
  EXPECT_EQ(sent().all<protocol::Publish>().size(), 1U);
  receive(protocol::Credit{.received = 4, .limit = 9 * publish_size(100)});
  EXPECT_EQ(sent().all<protocol::Publish>().size(), 1U);
}

TEST_F(SessionCredit, WithNothingUnconfirmedOneMessageMayPassTheLimit) {
  auto with = welcome();
  with.limit = 10;
  connect(with);
  publish(1, "a.b", std::string(100, 'x'));
  publish(2, "a.b", std::string(100, 'x'));
  EXPECT_EQ(sent().all<protocol::Publish>().size(), 1U);
  EXPECT_TRUE(sent().empty());
  receive(protocol::Credit{.received = 1, .limit = 10});
  EXPECT_EQ(sent().all<protocol::Publish>().size(), 1U);
}

TEST_F(SessionCredit, FreeCommandsNeedNone) {
  auto with = welcome();
  with.limit = 0;
  connect(with);
  publish(1, "a.b", "x");
  (void)sent();
  publish(2, "a.b", "x");
  subscribe(1, "a.>");
  const auto frame = sent();
  EXPECT_EQ(frame.all<protocol::Subscribe>().size(), 1U);
  EXPECT_TRUE(frame.all<protocol::Publish>().empty());
}

TEST_F(SessionCredit, MoreConfirmedThanSentBreaksTheProtocol) {
  connect();
  receive(protocol::Credit{.received = 1, .limit = 0});
  EXPECT_EQ(told.states.back().code, ErrorCode::malformed_frame);
}

TEST_F(SessionCredit, IsGivenBackWhenHandlersAreDoneAtTheLatestBeforeSleeping) {
  connect();
  subscribed(1, "a.>");
  const auto one = record(kTopic, 0, "hi");
  receive(protocol::Topic{.number = kTopic, .name = "a.b"}, live(one));
  EXPECT_TRUE(sent(true).empty());
  session.handled(told.messages.back().data);
  EXPECT_TRUE(sent(false).empty());
  const auto frame = sent(true);
  EXPECT_EQ(frame.one<protocol::Credit>().received, 1U);
  EXPECT_GT(frame.one<protocol::Credit>().limit, 1U << 20U);
  EXPECT_TRUE(sent(true).empty());
}

TEST_F(SessionCredit, IsGivenBackAfterAQuarterOfTheWindow) {
  connect();
  subscribed(1, "a.>");
  const auto large = record(kTopic, 0, std::string(300'000, 'x'));
  receive(protocol::Topic{.number = kTopic, .name = "a.b"}, live(large));
  session.handled(told.messages.back().data);
  EXPECT_EQ(sent(false).all<protocol::Credit>().size(), 1U);
}

TEST_F(SessionCredit, WhatNobodyWantsIsHandledAtOnceButNotBeforeWhatCameFirst) {
  connect();
  subscribed(1, "a.>");
  const auto wanted = record(kTopic, 0, "hi");
  const auto unwanted = record(kTopic + 1, 0, "hi");
  receive(protocol::Topic{.number = kTopic, .name = "a.b"}, protocol::Topic{.number = kTopic + 1, .name = "b"},
          live(wanted), live(unwanted));
  EXPECT_TRUE(sent(true).empty());
  session.handled(told.messages.back().data);
  EXPECT_EQ(sent(true).one<protocol::Credit>().received, 2U);
}

TEST_F(SessionCredit, WhatCameInALostSessionDoesNotCountInTheNext) {
  connect();
  subscribed(1, "a.>");
  const auto one = record(kTopic, 0, "hi");
  receive(protocol::Topic{.number = kTopic, .name = "a.b"}, live(one));
  reconnect();
  (void)sent();
  session.handled(told.messages.back().data);
  EXPECT_TRUE(sent(true).empty());
}

}  // namespace
}  // namespace fanfare::session::test
