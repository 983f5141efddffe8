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
  receive(protocol::Credit{.received = 0, .limit = 10 + publish_size(100)});
  EXPECT_TRUE(sent().empty()) << "a wider window confirms nothing";
  receive(protocol::Credit{.received = 1, .limit = 10 + publish_size(100)});
  EXPECT_EQ(sent().all<protocol::Publish>().size(), 1U);
}

TEST_F(SessionCredit, AWindowThatShrinksStopsNoLargeMessage) {
  auto with = welcome();
  with.limit = publish_size(100);
  connect(with);
  publish(1, "a.b", std::string(100, 'x'));
  publish(2, "a.b", std::string(300, 'x'));
  publish(3, "a.b", std::string(300, 'x'));
  EXPECT_EQ(sent().all<protocol::Publish>().size(), 1U);
  receive(protocol::Credit{.received = 1, .limit = publish_size(100) + 16});
  EXPECT_EQ(sent().all<protocol::Publish>().size(), 1U);
  receive(protocol::Credit{.received = 2, .limit = publish_size(100) + publish_size(300) + 16});
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
  EXPECT_EQ(frame.one<protocol::Credit>().received, 2U);
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

TEST_F(SessionCredit, GoesAlongWithWhatIsSentAnywayAndSaysWhatWasReceivedNotWhatWasHandled) {
  connect();
  subscribed(1, "a.>");
  const auto one = record(kTopic, 0, "hi");
  receive(protocol::Topic{.number = kTopic, .name = "a.b"}, live(one));
  publish(1, "a.b", "x");
  const auto frame = sent();
  EXPECT_EQ(frame.one<protocol::Credit>().received, 2U);
  EXPECT_EQ(frame.one<protocol::Credit>().limit, 1U << 20U);
  publish(2, "a.b", "x");
  EXPECT_TRUE(sent().all<protocol::Credit>().empty()) << "nothing is new";
}

TEST_F(SessionCredit, ConfirmsFreeCommandsBy64KiB) {
  connect();
  const std::string text(1'000, 'x');
  for (int i = 0; i < 300; ++i) {
    EXPECT_TRUE(sent(true).empty());
    receive(protocol::Error{.request = 1'000, .code = ErrorCode::not_sent, .text = std::string_view(text)});
    if (const auto frame = sent(false); !frame.empty()) {
      EXPECT_EQ(frame.one<protocol::Credit>().received, static_cast<std::uint64_t>(i) + 1);
      EXPECT_GT(i, 60);
      EXPECT_LT(i, 66);
      return;
    }
  }
  FAIL() << "never confirmed";
}

TEST_F(SessionCredit, WhatConcernsTheConnectionIsNotCounted) {
  connect();
  subscribed(1, "a.>");
  receive(protocol::Pong{.token = 1}, protocol::Topic{.number = kTopic, .name = "a.b"}, protocol::Credit{.limit = 1},
          protocol::PositionUpdate{{1, head}}, protocol::Forget{});
  publish(1, "a.b", "x");
  EXPECT_EQ(sent().one<protocol::Credit>().received, 1U);
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
  EXPECT_EQ(sent(true).one<protocol::Credit>().received, 3U);
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
