#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {
namespace {

class SessionReplay : public SessionTest {
 protected:
  SessionReplay() { connect(); }

  void announce() {
    receive(protocol::Topic{.number = 7, .stream = 1, .name = "chat.1"},
            protocol::Topic{.number = 8, .stream = 1, .name = "chat.2"});
  }

  /// Subscribes from a start; the SUBSCRIBE is still to be answered.
  protocol::RequestNumber from(Handle handle, std::string pattern, protocol::From kind, const Position& start = {}) {
    Registration it;
    it.pattern = std::move(pattern);
    it.from = kind;
    it.start = start;
    session.add(handle, it);
    return sent().one<protocol::Subscribe>().request;
  }

  void ok(protocol::RequestNumber request, const Position& begins, bool recovered = true, bool shared = false) {
    receive(protocol::Ok{.request = request,
                         .flags = static_cast<std::uint8_t>((recovered ? protocol::Ok::kRecovered : 0) |
                                                            (shared ? protocol::Ok::kShared : 0)),
                         .positions = {{1, begins}}});
  }

  void replay(Handle handle, const std::string& records, const Position& through, std::uint32_t count = 1) {
    auto it = stored(records, through, count);
    it.kind = protocol::DeliveryKind::replay;
    it.handle = handle;
    receive(it);
  }

  void caught_up(Handle handle, std::uint64_t sequence) {
    receive(protocol::CaughtUp{.handle = handle, .at = {1, {epoch, sequence}}});
  }

  void deliver(const std::string& records, std::uint64_t through, std::uint32_t count = 1) {
    receive(stored(records, {epoch, through}, count));
  }

  /// What subscription `handle` was given.
  [[nodiscard]] std::vector<std::uint64_t> seen(Handle handle) const {
    std::vector<std::uint64_t> sequences;
    for (const auto& message : told.messages) {
      if (message.handle == handle) sequences.push_back(message.position.sequence);
    }
    return sequences;
  }

  /// The connection breaks and comes back; what each subscription is asked from now, by handle.
  std::map<Handle, protocol::Subscribe> asked_again() {
    reconnect();
    std::string frame;
    EXPECT_TRUE(session.next_frame(frame, now, false));
    frames.push_back(std::make_unique<SentFrame>(frame));
    std::map<Handle, protocol::Subscribe> asked;
    for (const auto& subscribe : frames.back()->all<protocol::Subscribe>()) asked[subscribe.handle] = subscribe;
    return asked;
  }

  using Sequences = std::vector<std::uint64_t>;
  std::vector<std::unique_ptr<SentFrame>> frames;
};

TEST_F(SessionReplay, BeginsWhereItWasAskedFor) {
  Registration it;
  it.pattern = "chat.>";
  it.from = protocol::From::time;
  it.time = 1'234;
  session.add(1, it);
  const auto frame = sent();
  EXPECT_EQ(frame.one<protocol::Subscribe>().from, protocol::From::time);
  EXPECT_EQ(frame.one<protocol::Subscribe>().time, 1'234);
  ok(frame.one<protocol::Subscribe>().request, {epoch, 40});
  ASSERT_EQ(told.begun.size(), 1U);
  EXPECT_EQ(told.begun[0].second.after, (Position{epoch, 40}));
  EXPECT_TRUE(told.begun[0].second.recovered);
}

TEST_F(SessionReplay, LiveMessagesAreForItOnceItIsCaughtUp) {
  announce();
  subscribed(2, "chat.>", {{1, {epoch, 100}}});
  ok(from(1, "chat.1", protocol::From::after, {epoch, 97}), {epoch, 97});
  deliver(record(7, 101, "live"), 101);
  replay(1, record(7, 98, "a") + record(7, 101, "live"), {epoch, 101}, 2);
  EXPECT_TRUE(told.caught_up.empty());
  caught_up(1, 101);
  deliver(record(7, 102, "b"), 102);
  EXPECT_EQ(seen(1), (Sequences{98, 101, 102}));
  EXPECT_EQ(seen(2), (Sequences{101, 102}));
  EXPECT_EQ(told.caught_up, (std::vector<std::pair<Handle, Position>>{{1, {epoch, 101}}}));
}

TEST_F(SessionReplay, IsForItsOwnSubscriptionOnly) {
  announce();
  ok(from(1, "chat.>", protocol::From::after, {epoch, 90}), {epoch, 90});
  ok(from(2, "chat.>", protocol::From::after, {epoch, 95}), {epoch, 95});
  replay(1, record(7, 96, "a"), {epoch, 96});
  EXPECT_EQ(seen(1), Sequences{96});
  EXPECT_EQ(seen(2), Sequences{});
  replay(2, record(7, 96, "a") + record(8, 97, "b"), {epoch, 97}, 2);
  EXPECT_EQ(seen(2), (Sequences{96, 97}));
}

TEST_F(SessionReplay, OneThatIsSharedIsForAllThatShareIt) {
  announce();
  const auto first = from(1, "chat.1", protocol::From::after, {epoch, 90});
  const auto second = from(2, "chat.>", protocol::From::after, {epoch, 90});
  const auto alone = from(3, "chat.>", protocol::From::after, {epoch, 50});
  ok(first, {epoch, 90}, true, true);
  ok(second, {epoch, 90}, true, true);
  ok(alone, {epoch, 50});
  replay(0, record(7, 91, "a") + record(8, 92, "b"), {epoch, 92}, 2);
  caught_up(1, 92);
  replay(0, record(7, 93, "c"), {epoch, 93});
  EXPECT_EQ(seen(1), (Sequences{91}));
  EXPECT_EQ(seen(2), (Sequences{91, 92, 93}));
  EXPECT_EQ(seen(3), Sequences{});
}

TEST_F(SessionReplay, TheNextSharedOneBeginsAnew) {
  announce();
  ok(from(1, "chat.1", protocol::From::after, {epoch, 90}), {epoch, 90}, true, true);
  replay(0, record(7, 99, "a"), {epoch, 99});
  session.remove(1);
  ok(from(2, "chat.1", protocol::From::after, {epoch, 10}), {epoch, 10}, true, true);
  replay(0, record(7, 11, "b"), {epoch, 12});
  EXPECT_EQ(seen(2), Sequences{11});
  EXPECT_EQ(asked_again().at(2).position, (Position{epoch, 12}));
}

TEST_F(SessionReplay, WhatComesAgainIsDropped) {
  announce();
  ok(from(1, "chat.>", protocol::From::all), {});
  replay(1, record(7, 5, "a"), {epoch, 10});
  replay(1, record(7, 5, "a") + record(7, 11, "b"), {epoch, 11}, 2);
  caught_up(1, 11);
  replay(1, record(7, 12, "c"), {epoch, 12});
  EXPECT_EQ(seen(1), (Sequences{5, 11}));
}

TEST_F(SessionReplay, GoesOnFromTheLastRecordItGave) {
  announce();
  ok(from(1, "chat.1", protocol::From::all), {});
  ok(from(2, "chat.2", protocol::From::at, {{}, 20}), {epoch, 19});
  replay(1, record(7, 30, "a"), {epoch, 33});
  auto asked = asked_again();
  EXPECT_EQ(asked.at(1).from, protocol::From::after);
  EXPECT_EQ(asked.at(1).position, (Position{epoch, 33}));
  EXPECT_EQ(asked.at(2).position, (Position{epoch, 19}));
  // Lost again before it was answered.
  EXPECT_EQ(asked_again().at(1).position, (Position{epoch, 33}));
}

TEST_F(SessionReplay, WithoutAnyPositionItBeginsAgainAsItWasAskedFor) {
  ok(from(1, "chat.1", protocol::From::all), {});
  EXPECT_EQ(asked_again().at(1).from, protocol::From::all);
}

TEST_F(SessionReplay, OneThatBeganWithNowGoesOnTooAndTellsNoGap) {
  announce();
  subscribed(1, "chat.1", {{1, {epoch, 100}}});
  ASSERT_EQ(told.begun.size(), 1U);
  EXPECT_TRUE(told.begun[0].second.recovered);
  deliver(record(7, 101, "a"), 105);
  const auto asked = asked_again().at(1);
  EXPECT_EQ(asked.from, protocol::From::after);
  EXPECT_EQ(asked.position, (Position{epoch, 105}));
  ok(asked.request, {epoch, 105});
  announce();
  replay(1, record(7, 106, "b"), {epoch, 106});
  caught_up(1, 106);
  deliver(record(7, 107, "c"), 107);
  EXPECT_EQ(seen(1), (Sequences{101, 106, 107}));
  EXPECT_TRUE(told.gaps.empty());
  EXPECT_EQ(told.begun.size(), 2U);
}

TEST_F(SessionReplay, AQuietOneMovesOnWithWhatTheBrokerKnows) {
  subscribed(1, "chat.1", {{1, {epoch, 100}}});
  ok(from(2, "chat.2", protocol::From::after, {epoch, 10}), {epoch, 10});
  receive(protocol::PositionUpdate{{1, {epoch, 500}}});
  const auto asked = asked_again();
  EXPECT_EQ(asked.at(1).position, (Position{epoch, 500}));
  EXPECT_EQ(asked.at(2).position, (Position{epoch, 10})) << "it is still catching up";
}

TEST_F(SessionReplay, OneThatWasNeverAnsweredBeginsAsItWasAskedFor) {
  (void)from(1, "chat.1", protocol::From::after, {epoch, 7});
  subscribe(2, "chat.2");
  (void)sent();
  const auto asked = asked_again();
  EXPECT_EQ(asked.at(1).position, (Position{epoch, 7}));
  EXPECT_EQ(asked.at(2).from, protocol::From::now);
}

TEST_F(SessionReplay, ANewEpochIsNotRecoveredAndTheBrokerTellsTheGapOnce) {
  announce();
  subscribed(1, "chat.1", {{1, {epoch, 100}}});
  const auto later = uuid(10);
  const auto asked = asked_again().at(1);
  ok(asked.request, {epoch, 100}, false);
  EXPECT_FALSE(told.begun.back().second.recovered);
  EXPECT_TRUE(told.gaps.empty());
  announce();
  receive(protocol::Gap{
      .handle = 1, .stream = 1, .epoch = later, .from = 0, .to = 0, .reason = protocol::GapReason::epoch_changed});
  replay(1, record(7, 3, "a"), {later, 3});
  receive(protocol::CaughtUp{.handle = 1, .at = {1, {later, 3}}});
  receive(stored(record(7, 4, "b"), {later, 4}));
  ASSERT_EQ(told.gaps.size(), 1U);
  EXPECT_EQ(told.gaps[0].second.reason, GapReason::epoch_changed);
  EXPECT_EQ(seen(1), (Sequences{3, 4}));
  EXPECT_EQ(asked_again().at(1).position, (Position{later, 4}));
}

TEST_F(SessionReplay, AGapThatWasToldIsNotToldAgainByTheNextSession) {
  ok(from(1, "chat.1", protocol::From::after, {epoch, 10}), {epoch, 10}, false);
  receive(protocol::Gap{
      .handle = 1, .stream = 1, .epoch = epoch, .from = 11, .to = 40, .reason = protocol::GapReason::retention});
  ASSERT_EQ(told.gaps.size(), 1U);
  EXPECT_EQ(told.gaps[0].second.from, (Position{epoch, 11}));
  EXPECT_EQ(told.gaps[0].second.to, (Position{epoch, 40}));
  EXPECT_EQ(asked_again().at(1).position, (Position{epoch, 40}));
}

TEST_F(SessionReplay, AGapForThoseThatAreLiveIsNotForIt) {
  subscribed(1, "chat.1", {{1, {epoch, 100}}});
  ok(from(2, "chat.1", protocol::From::after, {epoch, 10}), {epoch, 10});
  receive(protocol::Gap{.stream = 1, .epoch = epoch, .from = 101, .to = 110, .reason = protocol::GapReason::overflow});
  ASSERT_EQ(told.gaps.size(), 1U);
  EXPECT_EQ(told.gaps[0].first, 1U);
}

TEST_F(SessionReplay, APatternThatLeftItsStreamBeginsAnewWithAGap) {
  subscribed(1, "chat.1", {{1, {epoch, 100}}});
  ok(from(2, "chat.2", protocol::From::after, {epoch, 10}), {epoch, 10});
  auto with = welcome();
  with.streams[0].topics = {"other.>"};
  reconnect(with);
  const auto frame = sent();
  const auto asked = frame.all<protocol::Subscribe>();
  ASSERT_EQ(asked.size(), 2U);
  EXPECT_EQ(asked[0].from, protocol::From::now);
  EXPECT_EQ(asked[1].from, protocol::From::after) << "so that the broker refuses it and the caller hears of it";
  receive(protocol::Ok{.request = asked[0].request},
          protocol::Error{.request = asked[1].request, .code = ErrorCode::ambiguous_stream});
  ASSERT_EQ(told.gaps.size(), 1U);
  EXPECT_EQ(told.gaps[0].second.reason, GapReason::session_lost);
  EXPECT_EQ(told.refused.at(2), ErrorCode::ambiguous_stream);
}

TEST_F(SessionReplay, AnAnswerWithoutWhereItBeginsBreaksTheProtocol) {
  receive(protocol::Ok{.request = from(1, "chat.1", protocol::From::all)});
  EXPECT_FALSE(session.has_connection());
}

TEST_F(SessionReplay, WhatComesForOneThatEndedIsHandledAtOnce) {
  announce();
  ok(from(1, "chat.1", protocol::From::all), {});
  session.remove(1);
  (void)sent();
  replay(1, record(7, 5, "a"), {epoch, 5});
  caught_up(1, 5);
  EXPECT_TRUE(told.messages.empty());
  EXPECT_EQ(sent(true).one<protocol::Credit>().received, 3U);
}

}  // namespace
}  // namespace fanfare::session::test
