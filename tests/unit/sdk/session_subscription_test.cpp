#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {
namespace {

using SessionSubscription = SessionTest;

TEST_F(SessionSubscription, IsReadyWhenTheBrokerSaysSo) {
  connect();
  subscribe(1, "a.>");
  EXPECT_TRUE(told.registered.empty());
  const auto frame = sent();
  EXPECT_EQ(frame.one<protocol::Subscribe>().pattern, "a.>");
  receive(protocol::Ok{.request = frame.one<protocol::Subscribe>().request});
  EXPECT_EQ(told.registered, std::vector<Handle>{1});
}

TEST_F(SessionSubscription, ARefusedOneIsGoneAndStaysGone) {
  connect();
  subscribe(1, "a.>");
  receive(protocol::Error{.request = sent().one<protocol::Subscribe>().request, .code = ErrorCode::bad_pattern});
  EXPECT_EQ(told.refused.at(1), ErrorCode::bad_pattern);
  reconnect();
  EXPECT_TRUE(sent().empty());
}

TEST_F(SessionSubscription, EachMatchingOneGetsTheMessageOnce) {
  connect();
  subscribed(1, "a.>");
  subscribed(2, "a.b");
  subscribed(3, "a.*");
  subscribed(4, "b.>");
  const auto one = record(kTopic, 0, "hi");
  receive(protocol::Topic{.number = kTopic, .name = "a.b"}, live(one));
  std::vector<Handle> handles;
  for (const auto& message : told.messages) handles.push_back(message.handle);
  EXPECT_EQ(handles, (std::vector<Handle>{1, 2, 3}));
  EXPECT_EQ(told.messages.front().topic, "a.b");
  EXPECT_EQ(told.messages.front().payload, "hi");
}

TEST_F(SessionSubscription, OneThatEndedGetsNothingMore) {
  connect();
  subscribed(1, "a.>");
  const auto one = record(kTopic, 0, "hi");
  receive(protocol::Topic{.number = kTopic, .name = "a.b"}, live(one));
  session.remove(1);
  EXPECT_EQ(sent().one<protocol::Unsubscribe>().handle, 1U);
  receive(live(one));
  EXPECT_EQ(told.messages.size(), 1U);
}

TEST_F(SessionSubscription, WhatIsNotBeyondItsPositionIsDropped) {
  connect();
  subscribed(1, "chat.>", {{1, {epoch, 100}}});
  subscribed(2, "chat.*", {{1, {epoch, 102}}});
  const auto records = record(7, 100, "a") + record(7, 101, "b") + record(7, 103, "c");
  receive(protocol::Topic{.number = 7, .stream = 1, .name = "chat.1"}, stored(records, {epoch, 103}, 3));
  receive(stored(records, {epoch, 103}, 3));

  std::vector<std::pair<Handle, std::uint64_t>> seen;
  for (const auto& message : told.messages) seen.emplace_back(message.handle, message.position.sequence);
  EXPECT_EQ(seen, (std::vector<std::pair<Handle, std::uint64_t>>{{1, 101}, {1, 103}, {2, 103}}));
  EXPECT_EQ(told.messages.front().stream, "chat");
}

TEST_F(SessionSubscription, IsMadeAgainInANewSession) {
  connect();
  subscribed(1, "a.>");
  subscribed(2, "b.>");
  reconnect();
  EXPECT_EQ(sent().all<protocol::Subscribe>().size(), 2U);
}

TEST_F(SessionSubscription, OutsideStreamsALostSessionIsAGap) {
  connect();
  subscribed(1, "a.>");
  reconnect();
  EXPECT_TRUE(told.gaps.empty());
  receive(protocol::Ok{.request = sent().one<protocol::Subscribe>().request});
  ASSERT_EQ(told.gaps.size(), 1U);
  EXPECT_EQ(told.gaps[0].second.reason, GapReason::session_lost);
  EXPECT_EQ(told.gaps[0].second.stream, "");
  EXPECT_EQ(told.registered.size(), 2U);
}

TEST_F(SessionSubscription, AcrossStreamsALostSessionIsAGapWhereTheHeadMovedOn) {
  connect();
  subscribed(1, ">", {{1, {epoch, 100}}});
  receive(protocol::PositionUpdate{{1, {epoch, 105}}});
  reconnect();
  receive(protocol::Ok{.request = sent().one<protocol::Subscribe>().request, .positions = {{1, {epoch, 105}}}});
  ASSERT_EQ(told.gaps.size(), 1U);
  EXPECT_EQ(told.gaps[0].second.stream, "");
  reconnect();
  const auto frame = sent();
  EXPECT_EQ(frame.one<protocol::Subscribe>().from, protocol::From::now);
  receive(protocol::Ok{.request = frame.one<protocol::Subscribe>().request, .positions = {{1, {epoch, 107}}}});
  ASSERT_EQ(told.gaps.size(), 3U);
  EXPECT_EQ(told.gaps[1].second.stream, "chat");
  EXPECT_EQ(told.gaps[1].second.reason, GapReason::session_lost);
  EXPECT_EQ(told.gaps[1].second.from, (Position{epoch, 106}));
  EXPECT_EQ(told.gaps[1].second.to, (Position{epoch, 107}));
}

TEST_F(SessionSubscription, AcrossStreamsANewEpochIsAGap) {
  connect();
  subscribed(1, ">", {{1, {epoch, 100}}});
  reconnect();
  const auto later = uuid(10);
  receive(protocol::Ok{.request = sent().one<protocol::Subscribe>().request, .positions = {{1, {later, 0}}}});
  ASSERT_EQ(told.gaps.size(), 2U);
  EXPECT_EQ(told.gaps[0].second.reason, GapReason::epoch_changed);
  EXPECT_EQ(told.gaps[0].second.from, (Position{epoch, 101}));
}

TEST_F(SessionSubscription, TheBrokersGapReachesWhomItIsFor) {
  connect();
  subscribed(1, "a.>");
  subscribed(2, "b.>");
  receive(protocol::Gap{.handle = 2, .reason = protocol::GapReason::overflow, .dropped = 5});
  ASSERT_EQ(told.gaps.size(), 1U);
  EXPECT_EQ(told.gaps[0].first, 2U);
  EXPECT_EQ(told.gaps[0].second.dropped, 5U);
  receive(protocol::Gap{.handle = 0});
  EXPECT_EQ(told.gaps.size(), 3U);
}

TEST_F(SessionSubscription, AGapForAllReachesThoseItMayConcern) {
  connect();
  subscribed(1, "a.>");
  subscribed(2, "chat.1", {{1, {epoch, 100}}});
  subscribed(3, ">", {{1, {epoch, 100}}});
  const auto told_to = [this] {
    std::vector<Handle> handles;
    for (const auto& [handle, gap] : told.gaps) handles.push_back(handle);
    told.gaps.clear();
    return handles;
  };
  receive(protocol::Gap{.stream = 1, .epoch = epoch, .from = 101, .to = 110});
  EXPECT_EQ(told_to(), (std::vector<Handle>{2, 3}));
  receive(protocol::Gap{.stream = 1, .epoch = epoch, .from = 101, .to = 110, .pattern = "chat.2"});
  EXPECT_EQ(told_to(), std::vector<Handle>{3});
  receive(protocol::Gap{});
  EXPECT_EQ(told_to(), (std::vector<Handle>{1, 3}));
}

TEST_F(SessionSubscription, RefusedByABrokerThatStopsItWaitsForTheNext) {
  connect();
  subscribe(1, "a.>");
  receive(protocol::Error{.request = sent().one<protocol::Subscribe>().request, .code = ErrorCode::draining});
  EXPECT_TRUE(told.refused.empty());
  reconnect();
  receive(protocol::Ok{.request = sent().one<protocol::Subscribe>().request});
  EXPECT_EQ(told.registered, std::vector<Handle>{1});
}

TEST_F(SessionSubscription, ANumberThatWasNotAnnouncedBreaksTheProtocol) {
  connect();
  subscribed(1, "a.>");
  const auto one = record(kTopic, 0, "hi");
  receive(protocol::Topic{.number = kTopic, .name = "a.b"}, protocol::Forget{});
  receive(live(one));
  EXPECT_FALSE(session.has_connection());
  EXPECT_EQ(told.states.back().code, ErrorCode::malformed_frame);
}

}  // namespace
}  // namespace fanfare::session::test
