#include <gmock/gmock.h>

#include "tests/unit/broker/subscriber.hpp"
#include "tests/unit/broker/waiting_journal.hpp"

namespace fanfare::broker::core {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

/// A session that does not keep up: little may wait for it, and nothing is kept in memory unless the test says so.
class Spill : public testing::Test {
 protected:
  static Settings settings(std::size_t recent) {
    auto settings = CoreDriver::settings();
    settings.outbox = 2'000;
    settings.recent = recent;
    settings.lease = std::chrono::hours(1);
    return settings;
  }

  explicit Spill(std::size_t recent = 0) : driver(settings(recent), &journal), publisher(driver.peer("publisher")) {}

  void publish(int from, int to, const std::string& topic = "chat.a") {
    for (int i = from; i <= to; ++i) {
      driver.publish(publisher, topic, std::to_string(i) + std::string(200, '.'));
      driver.take(publisher);
    }
  }

  /// Gives credit until all that was published has come.
  static std::vector<int> read_all(Subscriber& subscriber, protocol::Handle handle = 1) {
    for (int i = 0; i < 200; ++i) {
      subscriber.take(handle);
      subscriber.credit(1'000);
    }
    std::vector<int> numbers;
    for (const auto& payload : subscriber.payloads(handle)) numbers.push_back(std::stoi(payload));
    return numbers;
  }

  static std::vector<int> count(int from, int to) {
    std::vector<int> numbers;
    for (int i = from; i <= to; ++i) numbers.push_back(i);
    return numbers;
  }

  WaitingJournal journal;
  CoreDriver driver;
  ConnectionId publisher;
};

class SpillFromMemory : public Spill {
 protected:
  SpillFromMemory() : Spill(1U << 20U) {}
};

TEST_F(Spill, LosesNothingForASlowSession) {
  Subscriber slow(driver, 1);
  slow.subscribe(1, "chat.>", protocol::From::now);
  publish(1, 100);
  EXPECT_EQ(driver.core().counters().spills, 1U);
  EXPECT_EQ(read_all(slow), count(1, 100));
  EXPECT_THAT(slow.take().gaps, IsEmpty());
  EXPECT_EQ(slow.take().dropped, 0U);
  EXPECT_EQ(journal.readers, 0);
  publish(101, 103);  // live again
  const auto reads = journal.reads;
  EXPECT_EQ(read_all(slow), count(1, 103));
  EXPECT_EQ(journal.reads, reads);
}

TEST_F(SpillFromMemory, NeedsNoReaderWhileWhatIsMissingIsInMemory) {
  Subscriber slow(driver, 1);
  slow.subscribe(1, "chat.>", protocol::From::now);
  publish(1, 100);
  EXPECT_EQ(read_all(slow), count(1, 100));
  EXPECT_EQ(journal.opened, 0);
}

TEST_F(Spill, KeepsOthersLive) {
  Subscriber slow(driver, 1);
  Subscriber quick(driver);
  slow.subscribe(1, "chat.>", protocol::From::now);
  quick.subscribe(1, "chat.>", protocol::From::now);
  journal.holding = true;
  publish(1, 50);
  EXPECT_THAT(quick.payloads(), SizeIs(50));
}

TEST_F(Spill, TakesInWhatIsSubscribedMeanwhile) {
  Subscriber slow(driver, 1);
  slow.subscribe(1, "chat.a", protocol::From::now);
  publish(1, 20);
  publish(21, 25, "chat.b");
  slow.subscribe(2, "chat.b", protocol::From::now);
  slow.subscribe(3, "chat.*", protocol::From::all);
  publish(26, 30, "chat.b");
  publish(31, 35, "chat.a");
  auto a = count(1, 20);
  for (const auto i : count(31, 35)) a.push_back(i);
  EXPECT_EQ(read_all(slow, 1), a);
  EXPECT_EQ(read_all(slow, 2), count(26, 30));
  EXPECT_EQ(read_all(slow, 3), count(1, 35));
}

TEST_F(Spill, EndsWithTheLastSubscriptionOfTheStream) {
  Subscriber slow(driver, 1);
  slow.subscribe(1, "chat.>", protocol::From::now);
  publish(1, 50);
  slow.unsubscribe(1);
  driver.core().settle(driver.now);
  EXPECT_EQ(journal.readers, 0);
  slow.subscribe(2, "chat.>", protocol::From::now);
  publish(51, 52);
  EXPECT_EQ(read_all(slow, 2), count(51, 52));
}

TEST_F(Spill, SaysWhatRetentionTookMeanwhile) {
  Subscriber slow(driver, 1);
  slow.subscribe(1, "chat.>", protocol::From::now);
  publish(1, 50);
  journal.memory().trim(1, 41);
  driver.core().settle(driver.now);
  const auto numbers = read_all(slow);
  const auto& gaps = slow.take().gaps;
  ASSERT_THAT(gaps, SizeIs(1));
  EXPECT_EQ(gaps[0].reason, protocol::GapReason::retention);
  EXPECT_EQ(gaps[0].to, 40U);
  auto expected = count(1, static_cast<int>(gaps[0].from) - 1);
  for (const auto i : count(41, 50)) expected.push_back(i);
  EXPECT_EQ(numbers, expected);
}

TEST_F(Spill, DoesNotCallRecoveredWhatRetentionTookBeforeTheSessionGotThere) {
  Subscriber slow(driver, 1);
  slow.subscribe(1, "chat.>", protocol::From::now);
  publish(1, 50);
  journal.memory().trim(1, 41);
  driver.core().settle(driver.now);
  // It joins where the session is, which is before what is held.
  EXPECT_FALSE(slow.subscribe(2, "chat.*", protocol::From::at, {{}, 2}).recovered);
  read_all(slow, 2);
  EXPECT_THAT(slow.take(2).gaps, SizeIs(1));
}

TEST_F(Spill, NeverTellsAPositionBeyondWhatWasHandedOver) {
  Subscriber slow(driver, 1);
  slow.subscribe(1, "chat.>", protocol::From::now);
  journal.holding = true;
  publish(1, 30);
  slow.credit(1U << 20U);  // all that waits goes, and the rest is still to be read
  driver.from(slow.peer(), protocol::Ping{.token = 1});
  const auto& one = slow.take();
  EXPECT_EQ(slow.told.sequence, one.handed.size());
  EXPECT_LT(slow.told.sequence, 30U);
  while (!journal.answers.empty()) {
    journal.give();
    driver.core().settle(driver.now);
    slow.credit(1U << 20U);
  }
  driver.from(slow.peer(), protocol::Ping{.token = 2});
  slow.take();
  EXPECT_EQ(slow.told.sequence, 30U);
}

TEST_F(Spill, LeavesEphemeralTopicsAsTheyWere) {
  Subscriber slow(driver, 1);
  slow.subscribe(1, "chat.>", protocol::From::now);
  driver.from(slow.peer(), protocol::Subscribe{.request = 900, .handle = 2, .pattern = "demo"});
  publish(1, 20);
  for (int i = 0; i < 30; ++i) driver.publish(publisher, "demo", std::string(200, 'x'));
  slow.credit(1U << 20U);
  EXPECT_EQ(read_all(slow), count(1, 20));
  EXPECT_THAT(slow.take(1).gaps, SizeIs(1));  // of all: the oldest ephemeral ones
  EXPECT_EQ(slow.take(1).gaps[0].stream, protocol::kNoStream);
}

}  // namespace
}  // namespace fanfare::broker::core
