#include <gmock/gmock.h>

#include "tests/unit/broker/core_driver.hpp"
#include "tests/unit/broker/waiting_journal.hpp"

namespace fanfare::broker::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Uuid kId{{9}};

TEST(Streams, GiveTheSameNumberToPublisherAndSubscriber) {
  CoreDriver driver;
  const auto publisher = driver.peer();
  const auto subscriber = driver.peer();
  driver.subscribe(subscriber, "chat.>");
  for (std::uint64_t i = 1; i <= 3; ++i) {
    driver.publish(publisher, i == 2 ? "chat.b" : "chat.a", "x");
    const auto ack = driver.expect<protocol::Puback>(publisher).as<protocol::Puback>().ranges.at(0);
    EXPECT_EQ(ack.stream, 1);
    EXPECT_EQ(ack.sequence, i);
    const auto got = driver.expect<protocol::Deliver>(subscriber);
    const auto deliver = got.as<protocol::Deliver>();
    EXPECT_EQ(deliver.epoch, ack.epoch);
    EXPECT_EQ(deliver.through, i);
    auto records = std::string_view(deliver.records);
    EXPECT_EQ(protocol::next_record(records)->sequence, i);
  }
}

TEST(Streams, CountEachForItself) {
  CoreDriver driver;
  const auto peer = driver.peer();
  driver.publish(peer, "chat.a", "x");
  driver.publish(peer, "orders.a", "x");
  driver.expect<protocol::Puback>(peer);
  const auto ack = driver.expect<protocol::Puback>(peer).as<protocol::Puback>().ranges.at(0);
  EXPECT_EQ(ack.stream, 2);
  EXPECT_EQ(ack.sequence, 1U);
}

TEST(Streams, ShowAndAcknowledgeNothingBeforeTheCommit) {
  HeldJournal journal;
  CoreDriver driver(CoreDriver::settings(), &journal);
  const auto publisher = driver.peer();
  const auto subscriber = driver.peer();
  driver.subscribe(subscriber, "chat.>");
  driver.publish(publisher, "chat.a", "x");
  EXPECT_FALSE(driver.has<protocol::Puback>(publisher));
  EXPECT_THAT(driver.payloads(subscriber), IsEmpty());
  EXPECT_FALSE(driver.core().drained());
  journal.commit();
  driver.core().settle(driver.now);
  EXPECT_TRUE(driver.has<protocol::Puback>(publisher));
  EXPECT_THAT(driver.payloads(subscriber), ElementsAre("x"));
  driver.confirm(subscriber);
  EXPECT_TRUE(driver.core().drained());
}

TEST(Streams, StoreARepeatedIdOnceAndAnswerWithTheFirstSequence) {
  CoreDriver driver;
  const auto peer = driver.peer();
  driver.subscribe(peer, "chat.>");
  driver.publish(peer, "chat.a", "x", kId);
  driver.publish(peer, "chat.a", "y");
  driver.take(peer);
  driver.publish(driver.peer(), "chat.a", "x", kId);
  driver.publish(peer, "chat.a", "x", kId);
  const auto ack = driver.expect<protocol::Puback>(peer).as<protocol::Puback>().ranges.at(0);
  EXPECT_EQ(ack.sequence, 1U);
  EXPECT_EQ(ack.flags, protocol::AckRange::kRepeated);
  EXPECT_THAT(driver.payloads(peer), IsEmpty());
}

TEST(Streams, LetARepeatWaitForTheFirstOnesCommit) {
  HeldJournal journal;
  CoreDriver driver(CoreDriver::settings(), &journal);
  const auto one = driver.peer();
  const auto two = driver.peer();
  driver.publish(one, "chat.a", "x", kId);
  driver.publish(two, "chat.a", "x", kId);
  EXPECT_FALSE(driver.has<protocol::Puback>(two));
  ASSERT_EQ(journal.held.size(), 1U);
  journal.commit();
  driver.core().settle(driver.now);
  EXPECT_EQ(driver.expect<protocol::Puback>(one).as<protocol::Puback>().ranges.at(0).flags, 0);
  EXPECT_EQ(driver.expect<protocol::Puback>(two).as<protocol::Puback>().ranges.at(0).flags,
            protocol::AckRange::kRepeated);
}

TEST(Streams, RefuseAnIdThatWasUsedForAnotherMessage) {
  CoreDriver driver;
  const auto peer = driver.peer();
  driver.publish(peer, "chat.a", "x", kId);
  for (const auto& [topic, payload] : {std::pair("chat.a", "y"), std::pair("chat.b", "x")}) {
    driver.publish(peer, topic, payload, kId);
    EXPECT_EQ(driver.expect<protocol::Error>(peer).as<protocol::Error>().code, ErrorCode::id_conflict);
  }
}

TEST(Streams, ForgetAnIdAfterTwoMinutes) {
  auto settings = CoreDriver::settings();
  settings.lease = std::chrono::hours(1);
  CoreDriver driver(settings);
  const auto peer = driver.peer();
  driver.publish(peer, "chat.a", "x", kId);
  driver.wait(std::chrono::seconds(121));
  driver.publish(peer, "chat.a", "other", Uuid{{1}});  // makes room
  driver.take(peer);
  driver.publish(peer, "chat.a", "x", kId);
  EXPECT_EQ(driver.expect<protocol::Puback>(peer).as<protocol::Puback>().ranges.at(0).sequence, 3U);
}

TEST(Streams, ThatFailAnswerOutcomeUnknownAndTakeNothingMore) {
  HeldJournal journal;
  CoreDriver driver(CoreDriver::settings(), &journal);
  const auto peer = driver.peer();
  driver.publish(peer, "chat.a", "1", kId);
  driver.publish(peer, "chat.a", "2");
  journal.decided.push_back({.stream = 1, .outcome = Commit::Outcome::failed, .reason = "input/output error"});
  driver.core().settle(driver.now);
  for (int i = 0; i < 2; ++i) {
    const auto got = driver.expect<protocol::Error>(peer);
    EXPECT_EQ(got.as<protocol::Error>().code, ErrorCode::outcome_unknown);
    EXPECT_NE(got.as<protocol::Error>().text.find("input/output error"), std::string::npos);
  }
  driver.publish(peer, "chat.a", "3");
  EXPECT_EQ(driver.expect<protocol::Error>(peer).as<protocol::Error>().code, ErrorCode::storage_failed);
  driver.publish(peer, "orders.a", "4");
  EXPECT_EQ(journal.held.back().stream, 2);
}

TEST(Streams, HandOverNoBatchThatIsTooLargeForASegment) {
  HeldJournal journal;
  CoreDriver driver(CoreDriver::settings(), &journal);
  const std::string payload(Batch::kMostBytes / 4, 'x');
  std::string content;
  protocol::append_content(content, {.payload = payload});
  std::string frame(protocol::kFrameHeader);
  protocol::append_command(frame, protocol::Topic{.number = 1, .name = "chat.a"});
  protocol::append_command(frame, protocol::Publish{.request = 1, .topic = 1, .content = std::string_view(content)});
  std::vector<ConnectionId> peers;
  for (int i = 0; i < 9; ++i) peers.push_back(driver.peer());
  for (const auto peer : peers) driver.core().received(peer, frame, driver.now);  // all before the core settles
  driver.core().settle(driver.now);

  ASSERT_EQ(journal.held.size(), 3U);
  std::uint32_t records = 0;
  for (const auto& batch : journal.held) {
    EXPECT_LE(batch.records->size(), Batch::kMostBytes);
    records += batch.count;
  }
  EXPECT_EQ(records, peers.size());
  while (!journal.held.empty()) journal.commit();
  driver.core().settle(driver.now);
  std::uint64_t sequence = 0;
  for (const auto peer : peers) {
    EXPECT_EQ(driver.expect<protocol::Puback>(peer).as<protocol::Puback>().ranges.at(0).sequence, ++sequence);
  }
}

TEST(Streams, ThatAreFencedSayThatTheBrokerMustStop) {
  HeldJournal journal;
  CoreDriver driver(CoreDriver::settings(), &journal);
  const auto peer = driver.peer();
  driver.publish(peer, "chat.a", "1");
  journal.decided.push_back({.stream = 1, .outcome = Commit::Outcome::fenced, .reason = "another broker writes"});
  driver.core().settle(driver.now);
  EXPECT_EQ(driver.expect<protocol::Error>(peer).as<protocol::Error>().code, ErrorCode::outcome_unknown);
  EXPECT_THAT(driver.fences, ElementsAre("chat: another broker writes"));
}

TEST(Streams, GiveNoCreditWhileTooMuchWaitsForTheJournal) {
  HeldJournal journal;
  auto settings = CoreDriver::settings();
  settings.uncommitted = 500;
  CoreDriver driver(settings, &journal);
  const auto peer = driver.peer();
  driver.publish(peer, "chat.a", std::string(100, 'x'));
  EXPECT_TRUE(driver.has<protocol::Credit>(peer));
  driver.take(peer);
  driver.publish(peer, "chat.a", std::string(500, 'x'));
  driver.publish(driver.peer(), "demo", "x");
  EXPECT_FALSE(driver.has<protocol::Credit>(peer));
  while (!journal.held.empty()) journal.commit();
  driver.core().settle(driver.now);
  EXPECT_EQ(driver.expect<protocol::Credit>(peer).as<protocol::Credit>().received, 2U);
}

/// The number a subscriber is told for the topic of what is published now.
std::uint32_t number_told(CoreDriver& driver, std::string_view topic) {
  const auto peer = driver.peer();
  driver.subscribe(peer, topic);
  driver.publish(peer, topic, "x");
  return driver.expect<protocol::Topic>(peer).as<protocol::Topic>().number;
}

TEST(Streams, GoOnWithTheTopicNumbersOfTheRunBefore) {
  WaitingJournal journal;
  {
    CoreDriver driver(CoreDriver::settings(), &journal);
    EXPECT_EQ(number_told(driver, "chat.a"), 1U);
    EXPECT_EQ(number_told(driver, "chat.b"), 2U);
  }
  CoreDriver driver(CoreDriver::settings(), &journal);
  EXPECT_EQ(number_told(driver, "chat.c"), 3U);
  EXPECT_EQ(number_told(driver, "chat.a"), 1U);
}

TEST(Streams, NumberATopicAnewThatHadLostAllItsRecords) {
  WaitingJournal journal;
  CoreDriver driver(CoreDriver::settings(), &journal);
  const auto peer = driver.peer();
  driver.publish(peer, "chat.a", "x");  // the peer's number names it from now on
  driver.publish(driver.peer(), "chat.b", "x");
  journal.memory().trim(1, 2);
  driver.core().settle(driver.now);
  driver.publish(peer, "chat.a", "x");
  EXPECT_EQ(number_told(driver, "chat.a"), 3U);
  EXPECT_EQ(number_told(driver, "chat.b"), 2U);
}

TEST(Streams, FindATopicByNameWhereItBelongsNow) {
  WaitingJournal journal;
  {
    CoreDriver driver(CoreDriver::settings(), &journal);
    driver.publish(driver.peer(), "chat.a", "x");
  }
  auto settings = CoreDriver::settings();
  settings.streams = {{"chat", {"chat.x.>"}}, {"orders", {"orders.>", "chat.a"}}};
  CoreDriver driver(settings, &journal);
  const auto peer = driver.peer();
  driver.publish(peer, "chat.a", "x");
  const auto ack = driver.expect<protocol::Puback>(peer).as<protocol::Puback>().ranges.at(0);
  EXPECT_EQ(ack.stream, 2);
  EXPECT_EQ(ack.sequence, 1U);
}

TEST(Streams, NeverLetTimestampsFall) {
  CoreDriver driver;
  const auto peer = driver.peer();
  driver.subscribe(peer, "chat.>");
  std::vector<std::int64_t> times;
  for (const std::int64_t step : {0, -5'000'000, 1}) {
    driver.now.clock += step;
    driver.publish(peer, "chat.a", "x");
    const auto got = driver.expect<protocol::Deliver>(peer);
    auto records = std::string_view(got.as<protocol::Deliver>().records);
    times.push_back(protocol::next_record(records)->timestamp);
  }
  EXPECT_TRUE(std::ranges::is_sorted(times));
}

TEST(Streams, SayWhereASubscriptionBegins) {
  CoreDriver driver;
  const auto peer = driver.peer();
  driver.publish(peer, "chat.a", "x");
  driver.from(peer, protocol::Subscribe{.request = 40, .handle = 1, .pattern = ">"});
  const auto ok = driver.expect<protocol::Ok>(peer).as<protocol::Ok>();
  ASSERT_EQ(ok.positions.size(), 2U);
  EXPECT_EQ(ok.positions[0].stream, 1);
  EXPECT_EQ(ok.positions[0].position.sequence, 1U);
  EXPECT_EQ(ok.positions[1].position.sequence, 0U);
}

}  // namespace
}  // namespace fanfare::broker::core
