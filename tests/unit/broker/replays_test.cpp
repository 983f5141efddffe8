#include "broker/core/replays.hpp"

#include <gmock/gmock.h>

#include "tests/unit/broker/subscriber.hpp"
#include "tests/unit/broker/waiting_journal.hpp"

namespace fanfare::broker::core {
namespace {

using protocol::From;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class Replay : public testing::Test {
 protected:
  Replay() { restart(); }

  /// The broker ends and another begins on the same journal: nothing is in memory any more.
  void restart(Settings settings = CoreDriver::settings()) {
    driver = std::make_unique<CoreDriver>(std::move(settings), &journal);
    publisher = driver->peer("publisher");
  }

  Position publish(const std::string& topic, const std::string& payload) {
    driver->publish(publisher, topic, payload);
    const auto range = driver->expect<protocol::Puback>(publisher).as<protocol::Puback>().ranges.at(0);
    return {range.epoch, range.sequence};
  }

  void settle() { driver->core().settle(driver->now); }

  WaitingJournal journal;
  std::unique_ptr<CoreDriver> driver;
  ConnectionId publisher = 0;
};

TEST_F(Replay, FromAllGivesEverythingThatIsHeldThenGoesOnLive) {
  for (const auto* payload : {"1", "2", "3"}) publish("chat.a", payload);
  restart();
  Subscriber subscriber(*driver);
  auto& one = subscriber.subscribe(1, "chat.>", From::all);
  EXPECT_TRUE(one.recovered);
  EXPECT_FALSE(one.catching_up);
  publish("chat.b", "4");
  EXPECT_THAT(subscriber.payloads(), ElementsAre("1", "2", "3", "4"));
  EXPECT_EQ(one.dropped, 0U);
  EXPECT_EQ(journal.readers, 0);
}

TEST_F(Replay, AfterAPositionIsExclusiveAndAtASequenceInclusive) {
  publish("chat.a", "1");
  const auto second = publish("chat.a", "2");
  publish("chat.a", "3");
  for (const bool restarted : {false, true}) {  // from memory, from the journal
    if (restarted) restart();
    Subscriber subscriber(*driver);
    EXPECT_TRUE(subscriber.subscribe(1, "chat.>", From::after, second).recovered);
    EXPECT_TRUE(subscriber.subscribe(2, "chat.a", From::at, {{}, second.sequence}).recovered);
    EXPECT_THAT(subscriber.payloads(1), ElementsAre("3"));
    EXPECT_THAT(subscriber.payloads(2), ElementsAre("2", "3"));
  }
}

TEST_F(Replay, FromATimeBeginsWithTheFirstRecordOfThatTimeOrLater) {
  publish("chat.a", "1");
  driver->now.clock += 1'000;
  const auto time = driver->now.clock;
  publish("chat.a", "2");
  driver->now.clock += 1'000;
  publish("chat.a", "3");
  Subscriber subscriber(*driver);
  subscriber.subscribe(1, "chat.>", From::time, {}, time);
  subscriber.subscribe(2, "chat.>", From::time, {}, time + 1);
  subscriber.subscribe(3, "chat.>", From::time, {}, time + 5'000);
  EXPECT_THAT(subscriber.payloads(1), ElementsAre("2", "3"));
  EXPECT_THAT(subscriber.payloads(2), ElementsAre("3"));
  EXPECT_THAT(subscriber.payloads(3), IsEmpty());
}

TEST_F(Replay, ReadsNothingWhereNothingWasMissed) {
  const auto a = publish("chat.a", "1");
  const auto b = publish("chat.b", "2");
  restart();
  Subscriber subscriber(*driver);
  EXPECT_TRUE(subscriber.subscribe(1, "chat.>", From::after, b).recovered);
  EXPECT_TRUE(subscriber.subscribe(2, "chat.a", From::after, a).recovered);
  EXPECT_TRUE(subscriber.subscribe(3, "chat.other", From::all).recovered);
  EXPECT_TRUE(subscriber.subscribe(4, "orders.>", From::all).recovered);
  EXPECT_EQ(journal.reads, 0);
  for (const auto& [handle, one] : subscriber.subscriptions) EXPECT_FALSE(one.catching_up) << handle;
  publish("chat.a", "3");
  EXPECT_THAT(subscriber.payloads(1), ElementsAre("3"));
  EXPECT_THAT(subscriber.payloads(2), ElementsAre("3"));
}

TEST_F(Replay, DoesNotHoldUpWhatIsLive) {
  publish("chat.a", "old");
  restart();
  journal.holding = true;
  Subscriber subscriber(*driver);
  subscriber.subscribe(1, "chat.>", From::all);
  subscriber.subscribe(2, "chat.a", From::now);
  publish("chat.a", "new");
  EXPECT_THAT(subscriber.payloads(2), ElementsAre("new"));
  EXPECT_FALSE(subscriber.take(1).answered);
  while (!journal.answers.empty()) {
    journal.give();
    settle();
  }
  EXPECT_THAT(subscriber.payloads(1), ElementsAre("old", "new"));
  EXPECT_THAT(subscriber.payloads(2), ElementsAre("new"));
  publish("chat.a", "newer");
  EXPECT_THAT(subscriber.payloads(1), ElementsAre("old", "new", "newer"));
  EXPECT_THAT(subscriber.payloads(2), ElementsAre("new", "newer"));
}

TEST_F(Replay, EndsWhileRecordsKeepComing) {
  for (int i = 0; i < 100; ++i) publish("chat.a", std::to_string(i));
  restart();
  journal.holding = true;
  Subscriber subscriber(*driver);
  subscriber.subscribe(1, "chat.>", From::all);
  for (int i = 100; subscriber.take(1).catching_up; ++i) {  // between any two answers something new comes
    ASSERT_LT(i, 110);
    publish("chat.a", std::to_string(i));
    if (!journal.answers.empty()) journal.give();
    settle();
  }
  const auto payloads = subscriber.payloads();
  for (std::size_t i = 0; i < payloads.size(); ++i) EXPECT_EQ(payloads[i], std::to_string(i));
}

TEST_F(Replay, SaysWhatRetentionHasTaken) {
  const auto first = publish("chat.a", "1");
  for (const auto* payload : {"2", "3", "4"}) publish("chat.a", payload);
  journal.memory().trim(1, 4);
  settle();
  Subscriber subscriber(*driver);
  auto& one = subscriber.subscribe(1, "chat.>", From::after, first);
  EXPECT_FALSE(one.recovered);
  ASSERT_THAT(one.gaps, SizeIs(1));
  EXPECT_EQ(one.gaps[0].handle, 1U);
  EXPECT_EQ(one.gaps[0].from, 2U);
  EXPECT_EQ(one.gaps[0].to, 3U);
  EXPECT_EQ(one.gaps[0].reason, protocol::GapReason::retention);
  EXPECT_THAT(subscriber.payloads(), ElementsAre("4"));
  EXPECT_TRUE(subscriber.subscribe(2, "chat.>", From::all).recovered);
}

TEST_F(Replay, MissesNothingOfATopicThatHadNothingWhateverRetentionTook) {
  const auto a = publish("chat.a", "1");
  for (int i = 0; i < 5; ++i) publish("chat.b", "x");
  publish("chat.c", "x");
  journal.memory().trim(1, 7);
  settle();
  Subscriber subscriber(*driver);
  // It was forgotten with its last record, so what it had after the position is not known any more.
  EXPECT_FALSE(subscriber.subscribe(1, "chat.a", From::after, a).recovered);
  EXPECT_THAT(subscriber.take(1).gaps, SizeIs(1));
  const auto again = publish("chat.a", "2");
  publish("chat.c", "x");
  EXPECT_TRUE(subscriber.subscribe(2, "chat.a", From::after, again).recovered);
  EXPECT_TRUE(subscriber.subscribe(3, "chat.c", From::after, {again.epoch, 7}).recovered);
  EXPECT_THAT(subscriber.take(3).gaps, IsEmpty());
}

TEST_F(Replay, TellsWhereOneEpochEndsAndTheNextBegins) {
  const auto first = publish("chat.a", "1");
  publish("chat.a", "2");
  journal.memory().begin_epoch(1);
  restart();
  const auto third = publish("chat.a", "3");
  EXPECT_GT(third.epoch, first.epoch);
  EXPECT_EQ(third.sequence, 3U);
  restart();
  Subscriber subscriber(*driver);
  auto& one = subscriber.subscribe(1, "chat.>", From::after, first);
  EXPECT_FALSE(one.recovered);
  ASSERT_THAT(one.gaps, SizeIs(1));
  EXPECT_EQ(one.gaps[0].reason, protocol::GapReason::epoch_changed);
  EXPECT_EQ(one.gaps[0].epoch, third.epoch);
  EXPECT_THAT(subscriber.payloads(), ElementsAre("2", "3"));
  EXPECT_EQ(one.position, third);
}

TEST_F(Replay, FromAPositionThatIsNoneOfThisStreamBeginsAtTheHead) {
  const auto head = publish("chat.a", "1");
  Subscriber subscriber(*driver);
  auto& one = subscriber.subscribe(1, "chat.>", From::after, {Uuid{{255}}, 1});
  auto& two = subscriber.subscribe(2, "chat.>", From::after, {head.epoch, 50});
  EXPECT_FALSE(one.recovered);
  EXPECT_THAT(one.gaps, SizeIs(1));
  EXPECT_FALSE(two.recovered);
  publish("chat.a", "2");
  EXPECT_THAT(subscriber.payloads(1), ElementsAre("2"));
  EXPECT_THAT(subscriber.payloads(2), ElementsAre("2"));
}

TEST_F(Replay, OfManySubscriptionsFromOnePlaceIsOneReader) {
  const auto start = publish("chat.0", "x");
  for (int i = 0; i < 300; ++i) publish("chat." + std::to_string(i % 100), std::to_string(i));
  restart();
  Subscriber subscriber(*driver);
  std::string frame(protocol::kFrameHeader);
  for (protocol::Handle i = 0; i < 100; ++i) {
    protocol::append_command(frame, subscriber.subscription(i + 1, "chat." + std::to_string(i), From::after, start));
  }
  protocol::append_command(frame, subscriber.subscription(101, "chat.>", From::after, start));
  driver->raw(subscriber.peer(), frame);
  EXPECT_EQ(journal.opened, 1);
  subscriber.take();
  for (auto& [handle, one] : subscriber.subscriptions) {
    EXPECT_FALSE(one.catching_up);
    EXPECT_TRUE(one.shared);
    EXPECT_THAT(one.handed, SizeIs(handle == 101 ? 300 : 3));
    EXPECT_EQ(one.dropped, 0U);  // one copy
  }
}

TEST_F(Replay, OfASecondSharedRunWaitsForTheFirst) {
  const auto one = publish("chat.a", "1");
  const auto two = publish("chat.a", "2");
  publish("chat.a", "3");
  restart();
  journal.holding = true;
  Subscriber subscriber(*driver);
  driver->from(subscriber.peer(), subscriber.subscription(1, "chat.a", From::after, one),
               subscriber.subscription(2, "chat.*", From::after, one),
               subscriber.subscription(3, "chat.>", From::after, two),
               subscriber.subscription(4, "chat.a", From::after, two));
  for (int i = 0; i < 10; ++i) {
    if (!journal.answers.empty()) journal.give();
    settle();
  }
  subscriber.take();
  for (const protocol::Handle handle : {1U, 2U}) EXPECT_THAT(subscriber.payloads(handle), ElementsAre("2", "3"));
  for (const protocol::Handle handle : {3U, 4U}) EXPECT_THAT(subscriber.payloads(handle), ElementsAre("3"));
  for (auto& [handle, sub] : subscriber.subscriptions) EXPECT_FALSE(sub.catching_up) << handle;
}

TEST_F(Replay, IsTakenBackByUnsubscribe) {
  const auto start = publish("chat.a", "1");
  publish("chat.a", "2");
  restart();
  journal.holding = true;
  Subscriber subscriber(*driver);
  driver->from(subscriber.peer(), subscriber.subscription(1, "chat.a", From::after, start),
               subscriber.subscription(2, "chat.>", From::after, start),
               subscriber.subscription(3, "chat.*", From::all));
  EXPECT_EQ(journal.readers, 2);
  subscriber.unsubscribe(1);
  subscriber.unsubscribe(3);
  subscriber.take();
  EXPECT_THAT(subscriber.errors, ElementsAre("canceled", "canceled"));
  EXPECT_EQ(journal.readers, 1);
  while (!journal.answers.empty()) {
    journal.give();
    settle();
  }
  EXPECT_THAT(subscriber.payloads(2), ElementsAre("2"));
  publish("chat.a", "3");
  EXPECT_THAT(subscriber.payloads(2), ElementsAre("2", "3"));
}

TEST_F(Replay, OfAnEndedSessionLeavesNoReader) {
  publish("chat.a", "1");
  restart();
  journal.holding = true;
  Subscriber subscriber(*driver);
  subscriber.subscribe(1, "chat.>", From::all);
  EXPECT_EQ(journal.readers, 1);
  driver->from(subscriber.peer(), protocol::Bye{});
  EXPECT_EQ(journal.readers, 0);
}

TEST_F(Replay, ReadsAheadNoMoreThanAPageForASlowSession) {
  auto settings = CoreDriver::settings();
  settings.outbox = 40'000;
  for (int i = 0; i < 100; ++i) publish("chat.a", std::string(1'000, 'x'));
  restart(settings);
  Subscriber subscriber(*driver, 1);
  subscriber.subscribe(1, "chat.>", From::all);
  const auto reads = journal.reads;
  EXPECT_LE(reads, 4);
  settle();
  EXPECT_EQ(journal.reads, reads);
  while (subscriber.take(1).catching_up) subscriber.credit(20'000);
  EXPECT_THAT(subscriber.payloads(), SizeIs(100));
}

TEST_F(Replay, SharesTheReadsThatMayBeUnderWay) {
  publish("chat.a", "1");
  auto settings = CoreDriver::settings();
  settings.reads = 3;
  restart(settings);
  journal.holding = true;
  std::vector<std::unique_ptr<Subscriber>> subscribers;
  for (int i = 0; i < 10; ++i) {
    subscribers.push_back(std::make_unique<Subscriber>(*driver));
    subscribers.back()->subscribe(1, "chat.>", From::all);
  }
  EXPECT_EQ(journal.reads, 3);
  while (!journal.answers.empty()) {
    EXPECT_LE(journal.answers.size(), 3U);
    journal.give();
    settle();
  }
  for (auto& one : subscribers) EXPECT_THAT(one->payloads(), ElementsAre("1"));
}

TEST_F(Replay, IsRefusedWhenTheBrokerDrains) {
  publish("chat.a", "1");
  restart();
  journal.holding = true;
  Subscriber subscriber(*driver);
  subscriber.subscribe(1, "chat.>", From::all);
  driver->core().drain(std::chrono::seconds(1));
  settle();
  subscriber.take();
  EXPECT_THAT(subscriber.errors, ElementsAre("draining"));
  EXPECT_TRUE(driver->core().drained());
}

TEST_F(Replay, ResumesAHundredThousandSubscriptionsWithoutReading) {
  const auto head = publish("chat.a", "1");
  restart();
  Subscriber subscriber(*driver);
  std::string frame(protocol::kFrameHeader);
  for (protocol::Handle i = 1; i <= 100'000; ++i) {
    const auto pattern = "chat.p" + std::to_string(i);
    protocol::append_command(
        frame,
        protocol::Subscribe{
            .request = i, .handle = i, .from = From::after, .position = head, .pattern = std::string_view(pattern)});
  }
  driver->raw(subscriber.peer(), frame);
  EXPECT_EQ(journal.opened, 0);
  std::size_t caught_up = 0;
  for (const auto& one : driver->take(subscriber.peer())) {
    if (one.type == protocol::CommandType::caught_up) ++caught_up;
  }
  EXPECT_EQ(caught_up, 100'000U);
}

}  // namespace
}  // namespace fanfare::broker::core
