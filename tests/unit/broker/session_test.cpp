#include <gtest/gtest.h>

#include "tests/unit/broker/core_driver.hpp"

namespace fanfare::broker::core {
namespace {

using namespace std::chrono_literals;

protocol::Hello hello() { return {.version_min = 1, .version_max = 1, .limit = 1'000'000, .name = "peer"}; }

TEST(Session, IsWelcomedWithLimitsTimesAndStreams) {
  CoreDriver driver;
  driver.from(1, hello());
  const auto got = driver.expect<protocol::Welcome>(1);
  const auto welcome = got.as<protocol::Welcome>();
  EXPECT_EQ(welcome.version, 1);
  EXPECT_EQ(welcome.flags, 0);
  EXPECT_EQ(welcome.publisher, "local");
  EXPECT_EQ(welcome.lease_ms, 10'000U);
  EXPECT_EQ(welcome.limits.message, 1U << 20U);
  ASSERT_EQ(welcome.streams.size(), 2U);
  EXPECT_EQ(welcome.streams[0].name, "chat");
  EXPECT_EQ(welcome.streams[0].topics.at(0), "chat.>");
  EXPECT_FALSE(welcome.secret.is_nil());
}

TEST(Session, HandlesCommandsBehindItsHello) {
  CoreDriver driver;
  driver.from(1, hello(), protocol::Ping{.token = 9});
  EXPECT_EQ(driver.expect<protocol::Pong>(1).as<protocol::Pong>().token, 9U);
}

TEST(Session, EndsWhenNothingIsHeardForItsLease) {
  CoreDriver driver;
  const auto silent = driver.peer("silent");
  const auto alive = driver.peer("alive");
  for (int i = 0; i < 5; ++i) {
    driver.wait(2'600ms);
    driver.from(alive, protocol::Ping{});
  }
  EXPECT_EQ(driver.expect<protocol::Error>(silent).as<protocol::Error>().code, ErrorCode::session_expired);
  EXPECT_FALSE(driver.has<protocol::Error>(alive));
  EXPECT_EQ(driver.core().sessions(), 1U);
}

TEST(Session, EndsAtOnceWithBye) {
  CoreDriver driver;
  driver.from(driver.peer(), protocol::Bye{});
  EXPECT_EQ(driver.core().sessions(), 0U);
  EXPECT_EQ(driver.closed.size(), 1U);
}

TEST(Session, WaitsForAnotherConnectionUntilItsLeaseEnds) {
  CoreDriver driver;
  driver.core().disconnected(driver.peer());
  driver.wait(9'999ms);
  EXPECT_EQ(driver.core().sessions(), 1U);
  driver.wait(10'000ms / 32 + 1ms);
  EXPECT_EQ(driver.core().sessions(), 0U);
  EXPECT_EQ(driver.closed, std::vector<std::string>{"session_expired"});
}

TEST(Session, ThatIsNotResumedReplacesTheOldOneOfTheSameClient) {
  CoreDriver driver;
  driver.from(1, hello());
  const auto welcome = driver.expect<protocol::Welcome>(1).as<protocol::Welcome>();
  driver.from(1, protocol::Serve{.request = 1, .handle = 1, .pattern = "s"});

  auto again = hello();
  again.flags = protocol::Hello::kResume;
  again.session = welcome.session;
  again.secret = welcome.secret;
  driver.from(2, again);
  EXPECT_EQ(driver.expect<protocol::Welcome>(2).as<protocol::Welcome>().flags, 0);
  EXPECT_EQ(driver.core().sessions(), 1U);

  again.secret = Uuid{};  // a copy of the client that does not know the latest secret
  driver.from(3, again);
  EXPECT_EQ(driver.core().sessions(), 2U);
}

TEST(Session, IsToldWhenTheBrokerDrainsAndNewWorkIsRefused) {
  CoreDriver driver;
  const auto peer = driver.peer();
  driver.core().drain(5s);
  driver.core().settle(driver.now);
  EXPECT_EQ(driver.expect<protocol::Drain>(peer).as<protocol::Drain>().deadline_ms, 5'000U);
  driver.publish(peer, "a", "x");
  EXPECT_EQ(driver.expect<protocol::Error>(peer).as<protocol::Error>().code, ErrorCode::draining);
  driver.from(peer, protocol::Ping{});
  EXPECT_TRUE(driver.has<protocol::Pong>(peer));
  driver.from(99, hello());
  const auto refused = driver.expect<protocol::Error>(99).as<protocol::Error>();
  EXPECT_EQ(refused.code, ErrorCode::draining);
  EXPECT_EQ(refused.flags, protocol::Error::kCloses);
  EXPECT_TRUE(driver.core().drained());
}

TEST(Session, LearnsHowFarItsStreamsAreWithPong) {
  CoreDriver driver;
  const auto quiet = driver.peer("quiet");
  driver.subscribe(quiet, "chat.nothing");
  driver.publish(driver.peer(), "chat.a", "x");
  driver.from(quiet, protocol::Ping{});
  const auto at = driver.expect<protocol::PositionUpdate>(quiet).as<protocol::PositionUpdate>().through;
  EXPECT_EQ(at.stream, 1);
  EXPECT_EQ(at.position.sequence, 1U);
}

}  // namespace
}  // namespace fanfare::broker::core
