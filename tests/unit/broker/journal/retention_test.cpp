#include "broker/journal/retention.hpp"

#include <gmock/gmock.h>

#include "tests/unit/broker/journal/journal_driver.hpp"

namespace fanfare::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

using Outcome = core::Commit::Outcome;
using testing::HasSubstr;

class Retention : public testing::Test {
 protected:
  static constexpr std::uint64_t kSegment = JournalDriver::kSegmentBytes;

  /// Publishes until the stream takes no more; the last answer.
  core::Commit fill() {
    core::Commit commit;
    for (int i = 0; i < 1'000 && commit.outcome == Outcome::committed; ++i) {
      commit = driver.publish("chat.a", std::string(1'000, 'x'));
    }
    return commit;
  }
  void hold(std::uint64_t first) { driver.file_journal->hold(kDrivenStream, first); }
  [[nodiscard]] core::StreamFigures figures() const { return driver.file_journal->figures(kDrivenStream); }
  [[nodiscard]] std::size_t held_records() { return driver.read({.patterns = {"chat.*"}}).records.size(); }

  MemoryFileSystem disk;
  JournalDriver driver{disk};
};

TEST_F(Retention, RemovesTheOldestSegmentsBySize) {
  driver.options.streams[0].max_size = 3 * JournalDriver::kSegmentBytes;
  ASSERT_EQ(driver.open(), "");
  for (int i = 0; i < 400; ++i) driver.publish("chat.a", std::string(1'000, 'x'));
  ASSERT_TRUE(driver.eventually([&] {
    return driver.file_journal->figures(kDrivenStream).bytes <= 3 * JournalDriver::kSegmentBytes &&
           !driver.trims.empty();
  }));
  const auto first = driver.trims.back().first;
  EXPECT_GT(first, 100U);
  const auto read = driver.read({.patterns = {"chat.*"}});
  EXPECT_EQ(read.records.size(), driver.head - first + 1);
  driver.kill();
  ASSERT_EQ(driver.open(), "");
  EXPECT_GE(driver.kept.first, first);
  EXPECT_EQ(driver.kept.head.sequence, 400U);
}

TEST_F(Retention, RemovesTheOldestSegmentsByAgeButNeverTheLast) {
  driver.options.streams[0].max_age = std::chrono::hours(1);
  ASSERT_EQ(driver.open(), "");
  driver.fill_segments(4);
  EXPECT_TRUE(driver.trims.empty());
  driver.now += 7'200 * JournalDriver::kSecond;
  EXPECT_TRUE(driver.eventually([&] { return driver.file_journal->figures(kDrivenStream).segments == 1; }));
}

TEST_F(Retention, ForgetsTopicsWithTheirLastRecordAndNeverGivesTheirNumbersAgain) {
  ASSERT_EQ(driver.open(), "");
  driver.publish("chat.gone", "x");
  driver.publish("chat.stays", "x");
  const auto gone = driver.numbers.at("chat.gone");
  const auto stays = driver.numbers.at("chat.stays");
  driver.fill_segments(5);
  driver.publish("chat.stays", "y");
  driver.trim_to(2);
  EXPECT_TRUE(driver.eventually(
      [&] { return std::ranges::any_of(driver.trims, [&](const auto& trim) { return !trim.forgotten.empty(); }); }));
  for (const auto& trim : driver.trims) EXPECT_THAT(trim.forgotten, Not(Contains(stays)));
  EXPECT_THAT(driver.trims, Contains(testing::Field(&core::Trimmed::forgotten, Contains(gone))));
  driver.close();
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.numbers.count("chat.gone"), 0U);
  EXPECT_EQ(driver.numbers.at("chat.stays"), stays);
  EXPECT_EQ(driver.kept.last_topic, 3U);
}

TEST_F(Retention, TheFileOfARemovedSegmentBecomesTheNextOne) {
  driver.options.streams[0].max_size = 2 * JournalDriver::kSegmentBytes;
  ASSERT_EQ(driver.open(), "");
  driver.fill_segments(3);
  EXPECT_TRUE(driver.eventually([&] { return disk.files().count("data/journal/chat/spare") == 1; }));
  for (int i = 0; i < 300; ++i) {
    ASSERT_EQ(driver.publish("chat.a", std::string(1'000, 'x')).outcome, core::Commit::Outcome::committed);
  }
  driver.kill();
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.read({.patterns = {"chat.*"}}).missing().size(), 0U);
}

TEST_F(Retention, NoSpareIsMadeWhereASegmentIsAboutToBecomeOne) {
  driver.options.streams[0].max_size = kSegment + kSegment / 2;
  ASSERT_EQ(driver.open(), "");
  driver.fill_segments(2);
  disk.fail({.operation = MemoryFileSystem::Operation::create, .forever = true, .path = "chat/spare"});
  for (int i = 0; i < 300; ++i) {
    const auto commit = driver.publish("chat.a", std::string(1'000, 'x'));
    ASSERT_EQ(commit.outcome, Outcome::committed) << commit.reason;
  }
}

TEST_F(Retention, AFullDiskHasRoomAgainWhenTheOldestAreRemoved) {
  driver.options.streams[0].max_age = std::chrono::hours(1);
  ASSERT_EQ(driver.open(), "");
  driver.fill_segments(4);
  std::uint64_t used = 0;
  for (const auto& [path, bytes] : disk.files()) used += bytes.size();
  disk.set_capacity(used);
  while (driver.publish("chat.a", std::string(1'000, 'x')).outcome == core::Commit::Outcome::committed) {
  }
  driver.now += 7'200 * JournalDriver::kSecond;
  EXPECT_TRUE(driver.eventually(
      [&] { return driver.publish("chat.a", std::string(1'000, 'x')).outcome == core::Commit::Outcome::committed; }));
}

TEST_F(Retention, RemovesNothingUntilSomebodySaysWhatIsHeld) {
  driver.hold.reset();
  driver.options.streams[0].max_age = std::chrono::hours(1);
  ASSERT_EQ(driver.open(), "");
  driver.fill_segments(4);
  driver.now += 7'200 * JournalDriver::kSecond;
  ASSERT_TRUE(driver.eventually([&] { return driver.is_sealed(driver.segment_files()[2]); }));
  driver.publish("chat.a", "x");
  EXPECT_EQ(figures().segments, 4U);
  hold(core::Journal::kHoldsNothing);
  EXPECT_TRUE(driver.eventually([&] { return figures().segments == 1; }));
}

TEST_F(Retention, RemovesNothingFromWhatIsHeldOn) {
  driver.options.streams[0].max_age = std::chrono::hours(1);
  driver.hold = 40;  // in the second segment
  ASSERT_EQ(driver.open(), "");
  driver.fill_segments(5);
  driver.now += 7'200 * JournalDriver::kSecond;
  ASSERT_TRUE(driver.eventually([&] { return figures().segments == 4 && !driver.trims.empty(); }));
  const auto first = driver.trims.back().first;
  EXPECT_LE(first, 40U);
  EXPECT_EQ(held_records(), driver.head - first + 1);
  hold(driver.head + 1);
  EXPECT_TRUE(driver.eventually([&] { return figures().segments == 1; }));
}

TEST_F(Retention, AStreamThatIsHeldTakesNothingBeyondItsSize) {
  driver.options.streams[0].max_size = 3 * kSegment;
  driver.hold = 1;
  ASSERT_EQ(driver.open(), "");
  const auto refused = fill();
  EXPECT_EQ(refused.outcome, Outcome::full);
  EXPECT_THAT(refused.reason, HasSubstr("fanfare group ls"));
  EXPECT_LE(figures().bytes, 3 * kSegment);
  EXPECT_GT(figures().bytes, 3 * kSegment - 2'000);
  EXPECT_EQ(held_records(), driver.head) << "nothing of it was removed";
}

TEST_F(Retention, TheStreamGoesOnWhenItIsLetGo) {
  driver.options.streams[0].max_size = 3 * kSegment;
  driver.options.retention_interval = std::chrono::hours(1);  // nobody else wakes it
  driver.hold = 1;
  ASSERT_EQ(driver.open(), "");
  ASSERT_EQ(fill().outcome, Outcome::full);
  const auto last = driver.head;
  hold(last + 1);
  EXPECT_EQ(driver.publish("chat.a", "on").first, last + 1) << "no number was used";
  hold(driver.head + 1);
  while (driver.head < 3 * last) {
    ASSERT_EQ(driver.publish("chat.a", std::string(1'000, 'x')).outcome, Outcome::committed);
    hold(driver.head + 1);
  }
  EXPECT_TRUE(driver.eventually([&] { return figures().bytes <= 3 * kSegment; }));
  EXPECT_FALSE(driver.trims.empty());
}

TEST_F(Retention, WhatWasHeldIsStillThereAfterARestart) {
  driver.options.streams[0].max_size = 3 * kSegment;
  driver.hold = 5;
  ASSERT_EQ(driver.open(), "");
  ASSERT_EQ(fill().outcome, Outcome::full);
  const auto last = driver.head;
  driver.lose_power();
  driver.hold.reset();
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.kept.first, 1U);
  EXPECT_EQ(fill().outcome, Outcome::full) << "before anybody says what is held";
  hold(5);
  EXPECT_EQ(fill().outcome, Outcome::full);
  EXPECT_EQ(held_records(), driver.head);
  EXPECT_GE(driver.head, last);
}

TEST_F(Retention, ASizeBelowTwoSegmentsRefusesNothingWithinTheFirst) {
  driver.options.streams[0].max_size = 1'000;
  driver.hold = 1;
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(fill().outcome, Outcome::full);
  EXPECT_EQ(figures().segments, 2U);
  EXPECT_GT(figures().bytes, kSegment);
}

TEST_F(Retention, BatchesUnderWayCountTowardsTheSize) {
  driver.options.streams[0].max_size = 3 * kSegment;
  driver.hold = 1;
  ASSERT_EQ(driver.open(), "");
  driver.fill_segments(2);
  for (int i = 0; i < 200; ++i) driver.append({{"chat.a", std::string(1'000, 'x')}});
  ASSERT_TRUE(driver.settle());
  EXPECT_EQ(driver.commits.back().outcome, Outcome::full);
  EXPECT_LE(figures().bytes, 3 * kSegment + 4'096) << "but for a footer";
}

TEST_F(Retention, NewRulesCountAtOnceAndWhileTheJournalRuns) {
  ASSERT_EQ(driver.open(), "");
  driver.fill_segments(5);
  const auto keep = [&](std::uint64_t size) { return driver.file_journal->keep(kDrivenStream, {.max_size = size}); };
  EXPECT_TRUE(keep(3 * kSegment));
  EXPECT_TRUE(driver.eventually([&] { return figures().bytes <= 3 * kSegment; }));
  EXPECT_FALSE(keep(3 * kSegment)) << "the same";
  EXPECT_TRUE(keep(100 * kSegment));
  const auto kept = figures().segments;
  driver.fill_segments(kept + 3);
  EXPECT_EQ(figures().segments, kept + 3);
}

TEST_F(Retention, LargerSizeTakesPublishesAgainThatWereRefused) {
  driver.options.streams[0].max_size = 3 * kSegment;
  driver.hold = 1;
  ASSERT_EQ(driver.open(), "");
  ASSERT_EQ(fill().outcome, Outcome::full);
  driver.file_journal->keep(kDrivenStream, {.max_size = 5 * kSegment});
  EXPECT_EQ(driver.publish("chat.a", "x").outcome, Outcome::committed);
}

}  // namespace
}  // namespace fanfare::test
