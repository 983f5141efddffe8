#include <gmock/gmock.h>

#include "tests/unit/broker/core_driver.hpp"

namespace fanfare::broker::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(Publishing, ReachesThoseWhosePatternMatchesOnce) {
  CoreDriver driver;
  const auto publisher = driver.peer();
  const auto both = driver.peer();
  const auto none = driver.peer();
  driver.subscribe(both, "demo.>", 1);
  driver.subscribe(both, "demo.hello", 2);
  driver.subscribe(none, "other", 1);
  driver.publish(publisher, "demo.hello", "hi");
  EXPECT_THAT(driver.payloads(both), ElementsAre("hi"));
  EXPECT_THAT(driver.payloads(none), IsEmpty());
}

TEST(Publishing, ReachesThePublisherToo) {
  CoreDriver driver;
  const auto peer = driver.peer();
  driver.subscribe(peer, "demo");
  driver.publish(peer, "demo", "echo");
  EXPECT_THAT(driver.payloads(peer), ElementsAre("echo"));
}

TEST(Publishing, OfEphemeralMessagesSaysHowManyGotThem) {
  CoreDriver driver;
  const auto publisher = driver.peer();
  for (int i = 0; i < 3; ++i) driver.subscribe(driver.peer(), "demo");
  driver.publish(publisher, "demo", "x");
  const auto ack = driver.expect<protocol::Puback>(publisher).as<protocol::Puback>().ranges.at(0);
  EXPECT_EQ(ack.stream, protocol::kNoStream);
  EXPECT_EQ(ack.sequence, 3U);
}

TEST(Publishing, NumbersEachTopicBeforeItsFirstRecordAndOnlyOnce) {
  CoreDriver driver;
  const auto publisher = driver.peer();
  const auto subscriber = driver.peer();
  driver.subscribe(subscriber, ">");
  driver.take(subscriber);  // a CREDIT
  driver.publish(publisher, "demo", "1");
  const auto got = driver.take(subscriber);
  ASSERT_GE(got.size(), 2U);
  const auto topic = got[0].as<protocol::Topic>();
  EXPECT_EQ(topic.name, "demo");
  EXPECT_NE(topic.number & protocol::kEphemeralTopic, 0U);
  auto records = std::string_view(got[1].as<protocol::Deliver>().records);
  EXPECT_EQ(protocol::next_record(records)->topic, topic.number);

  driver.publish(publisher, "demo", "2");
  EXPECT_FALSE(driver.has<protocol::Topic>(subscriber));
  driver.publish(publisher, "chat.a", "3");
  const auto stored = driver.expect<protocol::Topic>(subscriber).as<protocol::Topic>();
  EXPECT_EQ(stored.stream, 1);
  EXPECT_EQ(stored.number, 1U);
}

TEST(Publishing, EncodesOnceForSessionsWithTheSameSubscriptions) {
  CoreDriver driver;
  const auto publisher = driver.peer();
  const auto one = driver.peer();
  const auto two = driver.peer();
  driver.subscribe(one, "demo");
  driver.subscribe(two, "demo");
  const std::string large(100'000, 'x');
  driver.publish(publisher, "demo", large);
  EXPECT_THAT(driver.payloads(one), ElementsAre(large));
  EXPECT_THAT(driver.payloads(two), ElementsAre(large));
}

TEST(Publishing, CoalescesWhatWaitsIntoOneFrame) {
  CoreDriver driver;
  const auto publisher = driver.peer();
  const auto subscriber = driver.peer();
  driver.subscribe(subscriber, "demo");
  std::string frame(protocol::kFrameHeader);
  protocol::append_command(frame, protocol::Topic{.number = 1, .name = "demo"});
  for (std::uint64_t i = 1; i <= 100; ++i) {
    protocol::append_command(frame, protocol::Publish{.request = 100 + i, .topic = 1, .content = "x"});
  }
  const auto before = driver.frames[subscriber];
  driver.raw(publisher, frame);
  EXPECT_EQ(driver.frames[subscriber], before + 1);
  EXPECT_EQ(driver.payloads(subscriber).size(), 100U);
  const auto acks = driver.expect<protocol::Puback>(publisher).as<protocol::Puback>().ranges;
  ASSERT_EQ(acks.size(), 1U);
  EXPECT_EQ(acks[0].first, 101U);
  EXPECT_EQ(acks[0].count, 100U);
}

TEST(Publishing, TellsWhoTracesAMessageWhatHappenedToIt) {
  CoreDriver driver;
  const auto peer = driver.peer();
  const Uuid id{{7}};
  driver.subscribe(peer, "$sys.event.trace." + id.to_string());
  std::string content;
  protocol::append_content(content, {.id = id, .payload = "x"});
  driver.from(peer, protocol::Topic{.number = 1, .name = "chat.a"},
              protocol::Publish{.request = 50,
                                .topic = 1,
                                .flags = protocol::message_flags::kId | protocol::message_flags::kTraced,
                                .content = std::string_view(content)});
  std::vector<std::string> hops;
  for (const auto& one : driver.take(peer)) {
    if (one.type != protocol::CommandType::deliver) continue;
    auto records = std::string_view(one.as<protocol::Deliver>().records);
    while (const auto record = protocol::next_record(records)) {
      hops.push_back(protocol::decode_headers(record->content.headers)->at("hop"));
    }
  }
  EXPECT_THAT(hops, ElementsAre("received", "committed at chat 1", "handed to 0 sessions"));
}

}  // namespace
}  // namespace fanfare::broker::core
