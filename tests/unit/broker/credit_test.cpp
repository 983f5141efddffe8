#include <gmock/gmock.h>

#include "tests/unit/broker/core_driver.hpp"

namespace fanfare::broker::core {
namespace {

using testing::ElementsAre;

TEST(Credit, HoldsDataBackUntilTheClientGivesMore) {
  CoreDriver driver;
  const auto publisher = driver.peer();
  const auto subscriber = driver.peer("slow", 100);
  driver.subscribe(subscriber, "demo");
  driver.publish(publisher, "demo", std::string(200, '1'));  // larger than the limit: may go, nothing is outstanding
  driver.publish(publisher, "demo", "2");
  EXPECT_EQ(driver.payloads(subscriber).size(), 1U);
  driver.from(subscriber, protocol::Ping{.token = 1});
  EXPECT_TRUE(driver.has<protocol::Pong>(subscriber));  // free commands pass what waits
  driver.take(subscriber);
  driver.from(subscriber, protocol::Credit{.received = 1, .limit = 100'000});
  EXPECT_THAT(driver.payloads(subscriber), ElementsAre("2"));
}

TEST(Credit, IsGivenBackForWhatWasHandled) {
  CoreDriver driver;
  const auto peer = driver.peer();
  driver.publish(peer, "demo", std::string(1'000, 'x'));
  const auto credit = driver.expect<protocol::Credit>(peer).as<protocol::Credit>();
  EXPECT_EQ(credit.received, 1U);
  EXPECT_GT(credit.limit, CoreDriver::settings().window + 1'000);
}

TEST(Credit, OverdrawnEndsTheSession) {
  auto settings = CoreDriver::settings();
  settings.window = 1'000;
  CoreDriver driver(settings);
  const auto peer = driver.peer();
  std::string frame(protocol::kFrameHeader);
  const std::string payload(600, 'x');
  protocol::append_command(frame, protocol::Topic{.number = 1, .name = "demo"});
  protocol::append_command(frame, protocol::Publish{.request = 1, .topic = 1, .content = std::string_view(payload)});
  protocol::append_command(frame, protocol::Publish{.request = 2, .topic = 1, .content = std::string_view(payload)});
  driver.raw(peer, frame);
  EXPECT_EQ(driver.expect<protocol::Puback>(peer).as<protocol::Puback>().ranges.at(0).count, 1U);
  const auto error = driver.expect<protocol::Error>(peer).as<protocol::Error>();
  EXPECT_EQ(error.code, ErrorCode::credit_exceeded);
  EXPECT_EQ(error.flags, protocol::Error::kCloses);
}

TEST(Credit, ThatFallsOrConfirmsWhatWasNeverSentIsMalformed) {
  for (const auto& wrong :
       {protocol::Credit{.received = 1, .limit = 1ULL << 41U}, protocol::Credit{.received = 0, .limit = 1}}) {
    CoreDriver driver;
    const auto peer = driver.peer();
    driver.from(peer, wrong);
    EXPECT_EQ(driver.expect<protocol::Error>(peer).as<protocol::Error>().code, ErrorCode::malformed_frame);
  }
}

TEST(Overflow, DropsTheOldestAndSaysWhatIsMissing) {
  auto settings = CoreDriver::settings();
  settings.outbox = 1'000;
  CoreDriver driver(settings);
  const auto publisher = driver.peer();
  const auto slow = driver.peer("slow", 0);
  driver.from(slow, protocol::Subscribe{
                        .request = 1, .handle = 1, .overflow = protocol::Overflow::drop_oldest, .pattern = "chat.>"});
  for (int i = 1; i <= 6; ++i) driver.publish(publisher, "chat.a", std::string(300, static_cast<char>('0' + i)));
  EXPECT_EQ(driver.payloads(slow).size(), 1U);  // nothing was outstanding
  driver.from(slow, protocol::Credit{.received = 1, .limit = 1'000'000});
  const auto gap = driver.expect<protocol::Gap>(slow).as<protocol::Gap>();
  EXPECT_EQ(gap.stream, 1);
  EXPECT_EQ(gap.from, 2U);
  EXPECT_EQ(gap.to, 4U);
  EXPECT_EQ(gap.dropped, 3U);
  EXPECT_EQ(gap.reason, protocol::GapReason::overflow);
  EXPECT_THAT(driver.payloads(slow), ElementsAre(std::string(300, '5'), std::string(300, '6')));
}

TEST(Overflow, ClosesASubscriberThatAskedForIt) {
  auto settings = CoreDriver::settings();
  settings.outbox = 1'000;
  CoreDriver driver(settings);
  const auto publisher = driver.peer();
  const auto slow = driver.peer("slow", 0);
  driver.from(slow,
              protocol::Subscribe{.request = 1, .handle = 1, .overflow = protocol::Overflow::close, .pattern = "demo"});
  for (int i = 0; i < 6; ++i) driver.publish(publisher, "demo", std::string(300, 'x'));
  EXPECT_EQ(driver.expect<protocol::Error>(slow).as<protocol::Error>().code, ErrorCode::overflow);
  EXPECT_EQ(driver.core().sessions(), 1U);
}

}  // namespace
}  // namespace fanfare::broker::core
