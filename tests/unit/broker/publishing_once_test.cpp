// A message is stored once however often it comes (semantics §7), also after the broker was started again.

#include <gmock/gmock.h>

#include "tests/unit/broker/core_driver.hpp"
#include "tests/unit/broker/waiting_journal.hpp"

namespace fanfare::broker::core {
namespace {

class PublishingOnce : public testing::Test {
 protected:
  static Settings settings() {
    auto settings = CoreDriver::settings();
    settings.lease = std::chrono::hours(1);
    return settings;
  }

  PublishingOnce() { restart(); }

  void restart() {
    const auto now = driver ? driver->now : Instant{};
    driver = std::make_unique<CoreDriver>(settings(), &journal);
    if (now.clock != 0) driver->now.clock = now.clock;
    peer = driver->peer();
  }

  static Uuid id(std::uint8_t number) { return Uuid{{9, number}}; }

  void send(const std::string& topic, const std::string& payload, const Uuid& id,
            const std::optional<Position>& last = {}) {
    std::string content;
    protocol::append_content(content, {.id = id, .payload = payload});
    const auto resent = last ? protocol::message_flags::kResent : std::uint8_t{0};
    driver->from(peer, protocol::Topic{.number = 1, .name = std::string_view(topic)},
                 protocol::Publish{.request = ++driver->request,
                                   .topic = 1,
                                   .flags = static_cast<std::uint8_t>(protocol::message_flags::kId | resent),
                                   .last = {1, last.value_or(Position{})},
                                   .content = std::string_view(content)});
  }

  protocol::AckRange ack() { return driver->expect<protocol::Puback>(peer).as<protocol::Puback>().ranges.at(0); }
  ErrorCode error() { return driver->expect<protocol::Error>(peer).as<protocol::Error>().code; }

  /// Two minutes pass and the ids before them are forgotten.
  void forget_all() {
    driver->wait(std::chrono::seconds(121));
    send("chat.z", "later", Uuid::version7(static_cast<std::uint64_t>(++later_), {}));
    driver->take(peer);
  }

  WaitingJournal journal;
  std::unique_ptr<CoreDriver> driver;
  ConnectionId peer = 0;
  int later_ = 0;
};

TEST_F(PublishingOnce, HoldsAfterARestartToo) {
  send("chat.a", "x", id(1));
  const auto first = ack();
  restart();
  driver->now.clock += 600'000'000;  // the broker was away for ten minutes
  send("chat.a", "x", id(1));
  const auto again = ack();
  EXPECT_EQ(again.sequence, first.sequence);
  EXPECT_EQ(again.flags, protocol::AckRange::kRepeated);
  send("chat.a", "y", id(1));
  EXPECT_EQ(error(), ErrorCode::id_conflict);
}

TEST_F(PublishingOnce, TakesAResentMessageAtOnceWhereTheIdsReachBackFarEnough) {
  send("chat.a", "x", id(1));
  const auto last = ack();
  send("chat.a", "y", id(2), Position{last.epoch, last.sequence});
  EXPECT_EQ(ack().sequence, 2U);
  EXPECT_EQ(journal.lookups, 0);
}

TEST_F(PublishingOnce, LooksInTheJournalForAResentIdThatIsForgotten) {
  send("chat.a", "0", id(0));
  const auto last = ack();
  send("chat.a", "x", id(1));
  const auto first = ack();
  forget_all();
  send("chat.a", "x", id(1), Position{last.epoch, last.sequence});
  const auto again = ack();
  EXPECT_EQ(again.sequence, first.sequence);
  EXPECT_EQ(again.flags, protocol::AckRange::kRepeated);
  send("chat.a", "x", id(7), Position{last.epoch, last.sequence});  // never stored: stored now
  EXPECT_EQ(ack().sequence, 4U);
  EXPECT_EQ(journal.lookups, 2);
  send("chat.b", "x", id(1), Position{last.epoch, last.sequence});
  EXPECT_EQ(error(), ErrorCode::id_conflict);
}

TEST_F(PublishingOnce, AnswersOutcomeUnknownWhereNobodyCanTell) {
  send("chat.a", "0", id(0));
  const auto last = ack();
  send("chat.a", "x", id(1));
  ack();
  forget_all();
  send("chat.a", "x", id(1), Position{Uuid{{1}}, last.sequence});  // another epoch
  EXPECT_EQ(error(), ErrorCode::outcome_unknown);
  journal.memory().trim(1, 3);  // the record went with retention
  driver->core().settle(driver->now);
  send("chat.a", "x", id(1), Position{last.epoch, last.sequence});
  EXPECT_EQ(error(), ErrorCode::outcome_unknown);
}

TEST_F(PublishingOnce, KeepsWhatASessionPublishesInOrderBehindALookup) {
  send("chat.a", "0", id(0));
  const auto last = ack();
  send("chat.a", "0", id(50));
  ack();
  forget_all();
  journal.holding = true;
  const auto before = driver->request;
  send("chat.a", "1", id(1), Position{last.epoch, last.sequence});
  send("chat.a", "1", id(1), Position{last.epoch, last.sequence});  // a repeat of what waits waits too
  send("chat.a", "2", id(2));
  EXPECT_FALSE(driver->has<protocol::Puback>(peer));
  EXPECT_FALSE(driver->core().drained());
  ASSERT_EQ(journal.answers.size(), 2U);
  std::swap(journal.answers[0], journal.answers[1]);  // in whatever order they come
  journal.give();
  driver->core().settle(driver->now);
  EXPECT_FALSE(driver->has<protocol::Puback>(peer));
  journal.give();
  driver->core().settle(driver->now);
  std::map<protocol::RequestNumber, std::uint64_t> sequences;
  for (const auto& got : driver->take(peer)) {
    if (got.type != protocol::CommandType::puback) continue;
    for (const auto& range : got.as<protocol::Puback>().ranges) {
      for (std::uint32_t i = 0; i < range.count; ++i) sequences[range.first + i] = range.sequence + i;
    }
  }
  EXPECT_EQ(sequences,
            (std::map<protocol::RequestNumber, std::uint64_t>{{before + 1, 4}, {before + 2, 4}, {before + 3, 5}}));
}

TEST_F(PublishingOnce, AnswersARepeatBehindALookupBeforeItsIdIsForgotten) {
  send("chat.a", "0", id(0));
  const auto last = ack();
  send("chat.a", "x", id(1));
  forget_all();
  send("chat.a", "y", id(2));
  const auto first = ack();
  journal.holding = true;
  send("chat.a", "x", id(1), Position{last.epoch, last.sequence});  // looked for in the journal
  send("chat.a", "y", id(2), Position{last.epoch, last.sequence});  // still known
  driver->wait(std::chrono::seconds(121));
  const auto waiting = std::exchange(peer, driver->peer("other"));
  send("chat.z", "makes the broker forget what is old", id(3));
  peer = waiting;
  journal.give();
  driver->core().settle(driver->now);
  for (const auto& got : driver->take(peer)) {
    if (got.type != protocol::CommandType::puback) continue;
    for (const auto& range : got.as<protocol::Puback>().ranges) EXPECT_LE(range.sequence, first.sequence);
  }
  EXPECT_EQ(journal.memory().kept(1).head.sequence, first.sequence + 1);
}

TEST_F(PublishingOnce, ForgetsWhatWaitsForALookupWithItsSession) {
  send("chat.a", "0", id(0));
  const auto last = ack();
  send("chat.a", "0", id(50));
  ack();
  forget_all();
  journal.holding = true;
  send("chat.a", "1", id(1), Position{last.epoch, last.sequence});
  driver->from(peer, protocol::Bye{});
  ASSERT_EQ(journal.answers.size(), 1U);
  journal.give();
  driver->core().settle(driver->now);
  EXPECT_TRUE(driver->core().drained());
  EXPECT_EQ(journal.memory().kept(1).head.sequence, 3U);
}

TEST_F(PublishingOnce, RefusesWhatFindsNoRoomAndGoesOn) {
  journal.full = 1;
  send("chat.a", "x", id(1));
  EXPECT_EQ(error(), ErrorCode::storage_full);
  send("chat.a", "x", id(1));
  const auto taken = ack();
  EXPECT_EQ(taken.sequence, 1U);
  EXPECT_EQ(taken.flags, 0);
}

}  // namespace
}  // namespace fanfare::broker::core
