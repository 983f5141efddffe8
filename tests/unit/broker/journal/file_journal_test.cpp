#include "broker/journal/file_journal.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <iterator>
#include <set>

#include "broker/journal/verify.hpp"
#include "tests/unit/broker/journal/journal_driver.hpp"

namespace fanfare::test {
namespace {

using Outcome = core::Commit::Outcome;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class FileJournal : public testing::Test {
 protected:
  void SetUp() override { ASSERT_EQ(driver.open(), ""); }

  MemoryFileSystem disk;
  JournalDriver driver{disk};
};

TEST_F(FileJournal, NumbersCommitsAndGivesBack) {
  const auto first = driver.publish({{"chat.a", "one"}, {"chat.b", "two"}});
  EXPECT_EQ(first.outcome, Outcome::committed);
  EXPECT_EQ(first.first, 1U);
  EXPECT_EQ(first.count, 2U);
  EXPECT_EQ(driver.publish("chat.a", "three").first, 3U);
  const auto read = driver.read({.patterns = {"chat.>"}});
  EXPECT_THAT(read.records, ElementsAre("1 chat.a one", "2 chat.b two", "3 chat.a three"));
  EXPECT_EQ(read.answers.back().through, (Position{driver.kept.head.epoch, 3}));
}

TEST_F(FileJournal, CommitsInTheOrderOfTheCalls) {
  for (int i = 0; i < 500; ++i) driver.append({{"chat.a", std::to_string(i)}});
  ASSERT_TRUE(driver.settle());
  for (std::size_t i = 0; i < 500; ++i) {
    EXPECT_EQ(driver.commits[i].first, i + 1);
    EXPECT_EQ(driver.commits[i].outcome, Outcome::committed);
  }
  EXPECT_EQ(driver.file_journal->pending_bytes(), 0U);
}

TEST_F(FileJournal, WhatIsCommittedSurvivesALossOfPower) {
  for (int i = 0; i < 40; ++i) driver.publish("chat.a", std::to_string(i));
  const auto epoch = driver.kept.head.epoch;
  driver.lose_power();
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.kept.head, (Position{epoch, 40}));
  EXPECT_EQ(driver.kept.first, 1U);
  EXPECT_EQ(driver.read({.patterns = {"chat.>"}}).records.size(), 40U);
  EXPECT_EQ(driver.publish("chat.a", "on").first, 41U);
}

TEST_F(FileJournal, GoesOnInTheSameSegmentAfterAClose) {
  driver.publish("chat.a", "one");
  driver.close();
  ASSERT_EQ(driver.open(), "");
  EXPECT_THAT(driver.file_journal->take_notices(), IsEmpty());
  EXPECT_EQ(driver.segment_files().size(), 1U);
  EXPECT_EQ(driver.publish("chat.a", "two").first, 2U);
  EXPECT_THAT(driver.read({.patterns = {"chat.a"}}).records, ElementsAre("1 chat.a one", "2 chat.a two"));
}

TEST_F(FileJournal, BeginsASegmentAfterAKill) {
  driver.publish("chat.a", "one");
  const auto epoch = driver.kept.head.epoch;
  driver.kill();
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.segment_files().size(), 2U);
  EXPECT_EQ(driver.kept.head, (Position{epoch, 1}));
  EXPECT_TRUE(driver.is_sealed(driver.segment_files().front()));
  driver.publish("chat.a", "two");
  EXPECT_THAT(driver.read({.patterns = {"chat.a"}}).records, ElementsAre("1 chat.a one", "2 chat.a two"));
  EXPECT_THAT(driver.read({.patterns = {"chat.*"}}).records, ElementsAre("1 chat.a one", "2 chat.a two"));
}

TEST_F(FileJournal, SealsFullSegmentsBehindTheWriting) {
  driver.fill_segments(4);
  const auto files = driver.segment_files();
  ASSERT_EQ(files.size(), 4U);
  EXPECT_TRUE(driver.eventually([&] { return driver.is_sealed(files[0]) && driver.is_sealed(files[2]); }));
  EXPECT_FALSE(driver.is_sealed(files[3]));
  EXPECT_EQ(driver.read({.patterns = {"chat.>"}}).records.size(), driver.head);
}

TEST_F(FileJournal, SealsWhatWasWrittenBeforeAndAfterARestart) {
  const auto id = [](int number) { return Uuid{{static_cast<std::uint8_t>(number), 1}}; };
  for (int i = 1; i <= 10; ++i) driver.publish({{"chat." + std::to_string(i % 3), "before", id(i)}});
  driver.close();
  ASSERT_EQ(driver.open(), "");
  for (int i = 11; i <= 20; ++i) driver.publish({{"chat." + std::to_string(i % 4), "after", id(i)}});
  driver.fill_segments(3);
  ASSERT_TRUE(driver.eventually([&] { return driver.is_sealed(driver.segment_files()[1]); }));
  driver.kill();
  const auto reports = journal::verify(disk, driver.options.folder);
  ASSERT_TRUE(reports);
  for (const auto& report : *reports) EXPECT_THAT(report.problems, IsEmpty());
  ASSERT_EQ(driver.open(), "");
  for (int i = 1; i <= 20; ++i) EXPECT_EQ(driver.look_up(id(i), 0).sequence, static_cast<std::uint64_t>(i));
}

TEST_F(FileJournal, EachSegmentHasASaltOfItsOwn) {
  driver.fill_segments(4);
  std::set<std::uint64_t> salts = {0};
  for (const auto& [path, bytes] : disk.files()) {
    if (path.ends_with(".segment")) salts.insert(journal::decode_segment_header(bytes)->salt);
  }
  EXPECT_THAT(salts, testing::SizeIs(5));
}

TEST_F(FileJournal, ABatchLargerThanASegmentIsRefusedAndOthersPass) {
  EXPECT_EQ(driver.publish("chat.a", std::string(JournalDriver::kSegmentBytes, 'x')).outcome, Outcome::full);
  EXPECT_EQ(driver.publish("chat.a", "small").first, 1U);
}

TEST_F(FileJournal, AStreamMayHaveSegmentsOfItsOwnSize) {
  driver.close();
  driver.options.streams = {{.number = kDrivenStream, .name = "$groups", .segment_bytes = 8'192},
                            {.number = 2, .name = "chat"}};
  ASSERT_EQ(driver.open(), "");
  driver.fill_segments(4);
  EXPECT_LT(driver.head, 4U * 8U);
  for (const auto& path : driver.segment_files()) {
    EXPECT_THAT(path, testing::StartsWith(path.find("chat") == std::string::npos ? "data/journal/$groups/" : "data"));
  }
  EXPECT_EQ(driver.publish("chat.a", std::string(8'192, 'x')).outcome, Outcome::full);
  const auto last = driver.head;
  driver.kill();
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.read({.patterns = {"chat.>"}}).records.size(), last);
  // As large as all others from now on: what is there stays readable.
  driver.close();
  driver.options.streams[0].segment_bytes = 0;
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.publish("chat.a", std::string(8'192, 'x')).outcome, Outcome::committed);
  EXPECT_EQ(driver.read({.patterns = {"chat.>"}}).records.size(), last + 1);
  driver.close();
  const auto reports = journal::verify(disk, driver.options.folder);
  ASSERT_TRUE(reports);
  ASSERT_EQ(reports->size(), 2U);
  EXPECT_EQ(reports->front().stream, "$groups");
  for (const auto& report : *reports) EXPECT_THAT(report.problems, IsEmpty()) << report.stream;
}

TEST_F(FileJournal, AFullDiskRefusesBeforeANumberIsUsed) {
  std::uint64_t used = 0;
  for (const auto& [path, bytes] : disk.files()) used += bytes.size();
  disk.set_capacity(used);
  std::uint64_t last = 0;
  core::Commit commit;
  for (int i = 0; i < 100 && commit.outcome == Outcome::committed; ++i) {
    if (i > 0) last = commit.first;
    commit = driver.publish("chat.a", std::string(1'000, 'x'));
  }
  EXPECT_EQ(commit.outcome, Outcome::full);
  EXPECT_THAT(commit.reason, HasSubstr("No space"));
  EXPECT_GT(last, 20U);
  // Room again: the spare is made without being asked, and the numbers go on.
  disk.set_capacity(std::numeric_limits<std::uint64_t>::max());
  EXPECT_TRUE(driver.eventually([&] {
    commit = driver.publish("chat.a", std::string(1'000, 'x'));
    return commit.outcome == Outcome::committed;
  }));
  EXPECT_EQ(commit.first, last + 1);
  EXPECT_EQ(driver.read({.patterns = {"chat.>"}}).records.size(), driver.head);
}

TEST_F(FileJournal, TheNextSegmentIsFilledWithZerosAhead) {
  const std::string spare = "data/journal/chat/spare";
  disk.put(spare, std::string(100, 'x'));
  for (int i = 0; i < 20; ++i) driver.publish("chat.a", std::string(1'000, 'x'));  // beyond the half of a segment
  EXPECT_TRUE(
      driver.eventually([&] { return disk.files().at(spare) == std::string(JournalDriver::kSegmentBytes, '\0'); }));
}

TEST_F(FileJournal, WritesToTheEndOfAPageAndNotBeyond) {
  MemoryFileSystem used;
  used.put("data/journal/chat/spare", std::string(JournalDriver::kSegmentBytes, 'x'));
  JournalDriver journal{used};
  ASSERT_EQ(journal.open(), "");
  ASSERT_EQ(journal.publish("chat.a", "y").outcome, core::Commit::Outcome::committed);
  const auto segment = used.files().at(journal.segment_files().at(0));
  const auto zeros = segment.find(std::string(1'024, '\0'), journal::kBatchesAt);  // behind the batch
  ASSERT_LT(zeros, 2 * journal::kBatchesAt);
  EXPECT_EQ(segment.find_first_not_of('\0', zeros), 2 * journal::kBatchesAt);
  EXPECT_EQ(segment[2 * journal::kBatchesAt], 'x');
}

TEST_F(FileJournal, LetsSegmentsLeaveTheCacheButTheLastOnes) {
  driver.fill_segments(8);
  const auto files = driver.segment_files();
  ASSERT_EQ(files.size(), 8U);
  EXPECT_TRUE(driver.eventually([&] { return disk.left_cache() == std::vector(files.begin(), files.begin() + 5); }));
}

TEST_F(FileJournal, ASpareThatCouldNotBeFilledIsMadeAgain) {
  driver.close();
  ASSERT_EQ(driver.open(), "");  // the segment that is written to has its own name now
  for (const auto operation : {MemoryFileSystem::Operation::write, MemoryFileSystem::Operation::sync}) {
    const auto segments = driver.segment_files().size();
    disk.fail({.operation = operation, .path = "chat/spare"});
    for (int i = 0; i < 20; ++i) driver.publish("chat.a", std::string(1'000, 'x'));  // beyond the half of it
    std::vector<std::string> notices;
    EXPECT_TRUE(driver.eventually([&] {
      std::ranges::move(driver.file_journal->take_notices(), std::back_inserter(notices));
      return std::ranges::any_of(notices,
                                 [](const auto& notice) { return notice.find("chat/spare") != std::string::npos; });
    }));
    EXPECT_TRUE(driver.eventually([&] {
      const auto files = disk.files();
      const auto spare = files.find("data/journal/chat/spare");
      return spare != files.end() && spare->second == std::string(JournalDriver::kSegmentBytes, '\0');
    }));
    driver.fill_segments(segments + 1);
    driver.close();
    ASSERT_EQ(driver.open(), "");
  }
}

TEST_F(FileJournal, AFailedSyncEndsTheStreamUntilTheNextStart) {
  driver.publish("chat.a", "kept");
  disk.fail({.operation = MemoryFileSystem::Operation::sync, .path = "chat/spare"});
  EXPECT_EQ(driver.publish("chat.a", "lost").outcome, Outcome::failed);
  EXPECT_EQ(driver.publish("chat.a", "later").outcome, Outcome::failed);
  EXPECT_THAT(driver.file_journal->take_notices(), testing::Contains(HasSubstr("has ended")));
  driver.lose_power();
  ASSERT_EQ(driver.open(), "");
  EXPECT_THAT(driver.read({.patterns = {"chat.>"}}).records, testing::Contains("1 chat.a kept"));
  EXPECT_EQ(driver.publish("chat.a", "again").outcome, Outcome::committed);
}

TEST_F(FileJournal, AFailedWriteFailsEverythingBehindIt) {
  disk.fail({.operation = MemoryFileSystem::Operation::write, .written = 10, .path = "chat/spare"});
  for (int i = 0; i < 10; ++i) driver.append({{"chat.a", "x"}});
  ASSERT_TRUE(driver.settle());
  for (const auto& commit : driver.commits) EXPECT_EQ(commit.outcome, Outcome::failed);
}

TEST_F(FileJournal, FlushCommitsAfterTheWriteAndChangesTheEpochAfterALossOfPower) {
  driver.close();
  driver.options.streams[0].durability = journal::Durability::flush;
  driver.options.streams[0].sync_interval = std::chrono::hours(1);
  driver.options.streams[0].name = "flushed";
  ASSERT_EQ(driver.open(), "");
  const auto epoch = driver.kept.head.epoch;
  driver.publish("chat.a", "one");
  driver.kill();
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.kept.head, (Position{epoch, 1})) << "the machine has not stopped";
  driver.publish("chat.a", "two");
  driver.lose_power();
  driver.options.boot_id = "boot-2";
  ASSERT_EQ(driver.open(), "");
  EXPECT_GT(driver.kept.head.epoch, epoch);
  EXPECT_GE(driver.kept.head.sequence, 1U);
  EXPECT_THAT(driver.file_journal->take_notices(), testing::Contains(HasSubstr("epoch")));
  const auto later = driver.kept.head.epoch;
  driver.close();
  driver.options.boot_id = "boot-3";
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.kept.head.epoch, later) << "it was closed";
}

TEST_F(FileJournal, AMarkBeginsAnEpochBeyondTheOneThatItNames) {
  driver.publish("chat.a", "one");
  const auto epoch = driver.kept.head.epoch;
  driver.close();
  auto cut = epoch;
  cut.bytes[0] = 0x7F;
  disk.put("data/journal/chat/new-epoch", "repaired\nafter " + cut.to_string() + "\n");
  ASSERT_EQ(driver.open(), "");
  EXPECT_GT(driver.kept.head.epoch, cut);
  EXPECT_EQ(driver.kept.head.sequence, 1U);
  EXPECT_EQ(disk.files().count("data/journal/chat/new-epoch"), 0U);
  EXPECT_EQ(driver.publish("chat.a", "two").first, 2U);
  const auto read = driver.read({.after = {epoch, 0}, .patterns = {"chat.>"}});
  EXPECT_THAT(read.records, ElementsAre("1 chat.a one", "2 chat.a two"));
  ASSERT_EQ(read.answers.size(), 2U) << "an answer is of one epoch";
  EXPECT_EQ(read.answers[0].epoch, epoch);
  EXPECT_EQ(read.answers[1].epoch, driver.kept.head.epoch);
  EXPECT_THAT(driver.read({.after = {epoch, 9}, .patterns = {"chat.>"}}).records, ElementsAre("2 chat.a two"));
}

TEST_F(FileJournal, ATornTailIsLeftOutAndSaid) {
  driver.publish("chat.a", "kept");
  driver.publish("chat.a", std::string(500, 'x'));
  driver.kill();
  const auto file = driver.segment_files().front();
  // Within the last batch: no later header says that it was durable.
  disk.flip(file, journal::kBatchesAt + 192 + 300);
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.kept.head.sequence, 1U);
  EXPECT_THAT(driver.file_journal->take_notices(), testing::Contains(HasSubstr("torn tail")));
  EXPECT_EQ(driver.publish("chat.a", "two").first, 2U);
  EXPECT_THAT(driver.read({.patterns = {"chat.>"}}).records, ElementsAre("1 chat.a kept", "2 chat.a two"));
}

TEST_F(FileJournal, DamageRefusesToStartAndNamesThePlaceAndTheCommand) {
  for (int i = 0; i < 5; ++i) driver.publish("chat.a", std::string(500, 'x'));
  driver.kill();
  const auto file = driver.segment_files().front();
  disk.flip(file, journal::kBatchesAt + 300);
  const auto refused = driver.open();
  EXPECT_THAT(refused, HasSubstr(file + " is damaged at offset 4096"));
  EXPECT_THAT(refused, HasSubstr("`fanfare journal verify data/journal`"));
}

TEST_F(FileJournal, DamageBeforeACloseIsFoundAlsoInTheLastBatch) {
  driver.publish("chat.a", "one");
  driver.close();
  disk.flip(driver.segment_files().front(), journal::kBatchesAt + 100);
  EXPECT_THAT(driver.open(), HasSubstr("is damaged at offset 4096"));
}

TEST_F(FileJournal, AMissingSegmentIsDamage) {
  driver.fill_segments(4);
  driver.kill();
  ASSERT_TRUE(disk.remove(driver.segment_files()[1]));
  EXPECT_THAT(driver.open(), HasSubstr("the file is missing"));
}

TEST_F(FileJournal, WhatAReaderAsksAfterItsClosingIsNotAnswered) {
  driver.publish("chat.a", "one");
  driver.file_journal->open_reader(1'000, {.stream = kDrivenStream, .patterns = {"chat.>"}});
  driver.file_journal->read({.reader = 1'000, .until = 1});
  driver.file_journal->close_reader(1'000);
  EXPECT_EQ(driver.read({.patterns = {"chat.>"}}).answers.size(), 1U);
}

}  // namespace
}  // namespace fanfare::test
