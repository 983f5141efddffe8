#include "broker/journal/retention.hpp"

#include <gmock/gmock.h>

#include "tests/unit/broker/journal/journal_driver.hpp"

namespace fanfare::test {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::Not;

class Retention : public testing::Test {
 protected:
  MemoryFileSystem disk;
  JournalDriver driver{disk};
};

TEST_F(Retention, RemovesTheOldestSegmentsBySize) {
  driver.options.streams[0].max_size = 3 * JournalDriver::kSegmentBytes;
  ASSERT_EQ(driver.open(), "");
  for (int i = 0; i < 400; ++i) driver.publish("chat.a", std::string(1'000, 'x'));
  EXPECT_TRUE(driver.eventually(
      [&] { return driver.file_journal->figures(kDrivenStream).bytes <= 3 * JournalDriver::kSegmentBytes; }));
  ASSERT_FALSE(driver.trims.empty());
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

}  // namespace
}  // namespace fanfare::test
