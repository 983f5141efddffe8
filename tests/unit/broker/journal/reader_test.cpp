#include "broker/journal/reader.hpp"

#include <gmock/gmock.h>

#include "tests/unit/broker/journal/journal_driver.hpp"

namespace fanfare::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

std::vector<std::uint64_t> sequences(const JournalDriver::Read& read) {
  std::vector<std::uint64_t> found;
  for (const auto& record : read.records) found.push_back(std::stoull(record));
  return found;
}

class Reader : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(driver.open(), ""); }

  /// The payloads of all records are their sequences; a third of them are on chat.rare.
  void publish(int count, std::size_t bytes = 200) {
    for (int i = 0; i < count; ++i) {
      driver.append({{i % 3 == 0 ? "chat.rare" : "chat.often", std::string(bytes, 'x')}});
    }
    ASSERT_TRUE(driver.settle());
  }
  [[nodiscard]] Position at(std::uint64_t sequence) const { return {driver.kept.head.epoch, sequence}; }

  MemoryFileSystem disk;
  JournalDriver driver{disk};
};

TEST_F(Reader, FollowingATopicGivesWhatLookingThroughGives) {
  publish(600);
  ASSERT_GT(driver.segment_files().size(), 3U);
  const auto followed = driver.read({.after = at(100), .patterns = {"chat.rare"}});
  const auto scanned = driver.read({.after = at(100), .patterns = {"chat.rare*", "*.rare"}});
  EXPECT_EQ(followed.records.size(), 166U);
  EXPECT_EQ(sequences(followed), sequences(scanned));
  EXPECT_THAT(followed.missing(), IsEmpty());
}

TEST_F(Reader, FollowsSeveralTopicsInTheOrderOfTheirSequences) {
  publish(100);
  const auto read = driver.read({.patterns = {"chat.rare", "chat.often", "chat.none"}});
  ASSERT_EQ(read.records.size(), 100U);
  EXPECT_TRUE(std::ranges::is_sorted(sequences(read)));
}

TEST_F(Reader, LooksThroughWhenATopicIsTooLongToFollow) {
  driver.close();
  driver.options.chain_positions = 10;
  ASSERT_EQ(driver.open(), "");
  publish(300);
  EXPECT_EQ(driver.read({.patterns = {"chat.rare"}}).records.size(), 100U);
}

TEST_F(Reader, AnswersWithinItsBudgetAndGoesOn) {
  driver.close();
  driver.options.answer_bytes = 1'000;
  ASSERT_EQ(driver.open(), "");
  publish(300);
  const auto scanned = driver.read({.patterns = {"*.rare"}});
  EXPECT_EQ(scanned.records.size(), 100U);
  EXPECT_GT(scanned.answers.size(), 3U);
  const auto followed = driver.read({.patterns = {"chat.rare"}});
  EXPECT_EQ(sequences(followed), sequences(scanned));
  EXPECT_GT(followed.answers.size(), 1U);
}

TEST_F(Reader, KeepsToTheCountAndTheSequenceAskedFor) {
  publish(30);
  const auto read = driver.read({.after = at(5), .patterns = {"chat.>"}}, 20, 4);
  EXPECT_EQ(sequences(read), (std::vector<std::uint64_t>{6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20}));
  EXPECT_EQ(read.answers.front().count, 4U);
  EXPECT_EQ(read.answers.front().through, at(9));
  EXPECT_EQ(sequences(driver.read({.after = at(5), .patterns = {"chat.rare"}}, 20, 2)),
            (std::vector<std::uint64_t>{7, 10, 13, 16, 19}));
}

TEST_F(Reader, GoesOnWithWhatIsCommittedLater) {
  publish(10);
  for (const auto& pattern : {"chat.rare", "*.rare"}) {
    driver.file_journal->open_reader(500, {.stream = kDrivenStream, .patterns = {pattern}});
    std::size_t count = 0;
    for (int round = 0; round < 3; ++round) {
      publish(3);
      const auto read = driver.continue_reading(500);
      count += read.records.size();
      EXPECT_EQ(read.answers.back().through, at(driver.head));
    }
    EXPECT_EQ(count, driver.head / 3 + (driver.head % 3 == 0 ? 0 : 1));
  }
}

TEST_F(Reader, BeginsAtATime) {
  for (int i = 0; i < 300; ++i) {
    driver.now += JournalDriver::kSecond;
    driver.append({{"chat.a", std::string(300, 'x')}});
  }
  ASSERT_TRUE(driver.settle());
  const auto begin = driver.now - 50 * JournalDriver::kSecond;
  EXPECT_EQ(sequences(driver.read({.time = begin, .patterns = {"chat.>"}})).front(), 250U);
  EXPECT_EQ(sequences(driver.read({.time = begin + 1, .patterns = {"chat.a"}})).front(), 251U);
  EXPECT_EQ(sequences(driver.read({.time = 0, .patterns = {"chat.a"}})).front(), 1U);
  EXPECT_THAT(driver.read({.time = driver.now + 1, .patterns = {"chat.>"}}).records, IsEmpty());
}

TEST_F(Reader, SaysWhatRetentionHasRemovedOnlyWhereItMayBeMissing) {
  driver.publish("chat.old", "gone");
  driver.publish("chat.quiet", "gone too");
  driver.fill_segments(6);
  driver.publish("chat.old", "new");
  driver.trim_to(3);
  const auto first = driver.trims.back().first;
  EXPECT_GT(first, 2U);

  EXPECT_THAT(driver.read({.patterns = {"chat.old"}}).missing(), IsEmpty()) << "the oldest held misses nothing";
  const auto old = driver.read({.after = at(0), .patterns = {"chat.old"}});
  EXPECT_EQ(old.records.size(), 1U);
  ASSERT_THAT(old.missing(), SizeIs(1));
  EXPECT_EQ(old.missing()[0].from, 1U);
  EXPECT_EQ(old.missing()[0].to, 1U);
  EXPECT_EQ(old.missing()[0].reason, protocol::GapReason::retention);
  EXPECT_THAT(driver.read({.after = at(1), .patterns = {"chat.old"}}).missing(), IsEmpty())
      << "the record before the first that is held was seen";
  const auto all = driver.read({.after = at(1), .patterns = {"chat.*"}});
  ASSERT_THAT(all.missing(), SizeIs(1));
  EXPECT_EQ(all.missing()[0].from, 2U);
  EXPECT_EQ(all.missing()[0].to, first - 1);
  EXPECT_THAT(driver.read({.after = at(1), .patterns = {"chat.quiet"}}).missing(), SizeIs(1));
}

TEST_F(Reader, TellsDamageAndReadsOnBehindIt) {
  for (int i = 0; i < 6; ++i) driver.publish("chat.a", std::string(500, 'x'));
  const auto file = driver.segment_files().front();
  constexpr std::size_t kFirst = 704;  // it defines the topic
  constexpr std::size_t kBatch = 640;
  disk.flip(file, journal::kBatchesAt + kFirst + kBatch + 4);        // the header of batch 3
  disk.flip(file, journal::kBatchesAt + kFirst + 3 * kBatch + 300);  // the record of batch 5
  for (const auto& pattern : {"chat.a", "chat.*"}) {
    const auto read = driver.read({.patterns = {pattern}});
    EXPECT_EQ(sequences(read), (std::vector<std::uint64_t>{1, 2, 4, 6})) << pattern;
    ASSERT_THAT(read.missing(), SizeIs(2));
    EXPECT_EQ(read.missing()[0].from, 3U);
    EXPECT_EQ(read.missing()[0].to, 3U);
    EXPECT_EQ(read.missing()[1].from, 5U);
    EXPECT_EQ(read.missing()[1].reason, protocol::GapReason::damaged);
  }
}

TEST_F(Reader, SegmentsWithoutAMatchAreSkippedAndTheRestIsFound) {
  driver.publish("chat.a", "first");
  driver.fill_segments(5);
  driver.publish("chat.a", "last");
  ASSERT_TRUE(driver.eventually([&] { return driver.is_sealed(driver.segment_files()[3]); }));
  EXPECT_THAT(driver.read({.patterns = {"*.a"}}).records,
              ElementsAre("1 chat.a first", std::to_string(driver.head) + " chat.a last"));
}

TEST_F(Reader, APositionOfALaterEpochGivesNothing) {
  publish(3);
  auto later = at(0);
  later.epoch.bytes[0] = 0xFF;
  EXPECT_THAT(driver.read({.after = later, .patterns = {"chat.>"}}).records, IsEmpty());
}

TEST_F(Reader, APositionOfAnEpochThatIsNotHeldMissesWhatWasRemoved) {
  driver.fill_segments(5);
  driver.trim_to(2);
  auto earlier = at(3);
  earlier.epoch.bytes[0] = 0;
  const auto read = driver.read({.after = earlier, .patterns = {"chat.*"}});
  ASSERT_THAT(read.missing(), SizeIs(1));
  EXPECT_EQ(read.missing()[0].from, 0U) << "nobody knows where the other epoch ended";
  EXPECT_EQ(sequences(read).front(), driver.trims.back().first);
  EXPECT_EQ(sequences(read).back(), driver.head);
}

TEST_F(Reader, ManyReadersShareThePool) {
  publish(60);
  constexpr core::ReaderId kReaders = 40;
  for (core::ReaderId id = 1; id <= kReaders; ++id) {
    const std::string pattern = id % 2 == 0 ? "chat.rare" : "chat.*";
    driver.file_journal->open_reader(10'000 + id, {.stream = kDrivenStream, .patterns = {pattern}});
    driver.file_journal->read({.reader = 10'000 + id, .until = driver.head});
  }
  std::size_t records = 0;
  std::size_t answers = 0;
  EXPECT_TRUE(driver.eventually([&] {
    for (auto done = driver.take_done(); done; done = driver.take_done()) {
      records += done->count;
      ++answers;
    }
    return answers == kReaders;
  }));
  EXPECT_EQ(records, kReaders / 2 * (60U + 20U));
}

}  // namespace
}  // namespace fanfare::test
