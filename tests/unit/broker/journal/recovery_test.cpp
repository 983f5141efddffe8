#include "broker/journal/recovery.hpp"

#include <gmock/gmock.h>

#include <random>

#include "broker/journal/batch_format.hpp"
#include "broker/journal/checkpoint_format.hpp"
#include "protocol/crc32c.hpp"
#include "tests/unit/broker/journal/journal_driver.hpp"

namespace fanfare::test {
namespace {

using testing::SizeIs;

Uuid numbered(std::uint64_t number) {
  Uuid id;
  for (std::size_t i = 0; i < 8; ++i) id.bytes[i] = static_cast<std::uint8_t>(number >> (8 * i));
  return id;
}

/// The header of a batch which says that all sequences are on the disk.
std::string forged_header(const journal::SegmentIdentity& identity, std::uint64_t first) {
  std::string record;
  protocol::append_record(record, {.topic = 1, .sequence = first, .publisher = "local"}, 0, 0, "x");
  journal::BatchWriter writer(identity);
  writer.begin_table(1);
  writer.add(0, journal::record_crc(record, identity.seed), 0);
  auto head = std::move(writer).finish(first, 1, record.size());
  journal::set_synced(head, kMaxSequence, identity.seed);
  head.resize(journal::kBatchHeaderSize);
  EXPECT_TRUE(journal::decode_batch_header(head, identity));
  return head;
}

/// What a publisher can put into a payload: the header of a batch of that segment, right in all that anybody can know,
/// which says that all sequences are on the disk. Again and again, so that one of them begins where a batch can.
std::string forged_headers(std::uint64_t segment, const Uuid& epoch, std::uint64_t first) {
  std::string known;
  protocol::Writer{known}(segment, epoch);
  journal::SegmentIdentity identity;
  identity.number = segment;
  identity.epoch = epoch;
  identity.seed = protocol::crc32c(known);
  const auto head = forged_header(identity, first);
  std::string payload;
  for (std::size_t i = 0; i < journal::kBatchAlignment; ++i) payload += head + '.';  // 81 bytes: at every remainder
  return payload;
}

class Recovery : public testing::Test {
 protected:
  MemoryFileSystem disk;
  JournalDriver driver{disk};

  void publish_ids(std::uint64_t from, std::uint64_t to) {
    for (auto i = from; i <= to; ++i) driver.append({{"chat.a", std::string(500, 'x'), numbered(i)}});
    ASSERT_TRUE(driver.settle());
  }
  [[nodiscard]] bool all_but_the_last_are_sealed() {
    return driver.eventually([&] {
      auto files = driver.segment_files();
      files.pop_back();
      return std::ranges::all_of(files, [&](const auto& file) { return driver.is_sealed(file); });
    });
  }
};

TEST_F(Recovery, TopicsAndTheirHeadsAreKept) {
  ASSERT_EQ(driver.open(), "");
  std::map<std::string, std::uint64_t> heads;
  for (int i = 0; i < 200; ++i) {
    const auto topic = "chat." + std::to_string(i * i % 37);
    heads[topic] = driver.publish(topic, std::string(500, 'x')).first;
  }
  for (const bool is_clean : {true, false}) {
    is_clean ? driver.close() : driver.kill();
    ASSERT_EQ(driver.open(), "");
    std::map<std::string, std::uint64_t> kept;
    for (const auto& topic : driver.kept.topics) kept[topic.name] = topic.head;
    EXPECT_EQ(kept, heads);
    EXPECT_EQ(driver.kept.last_topic, heads.size());
    EXPECT_EQ(driver.kept.last_timestamp, driver.now);
  }
}

TEST_F(Recovery, TheIdsOfTheWindowAreKeptAndWhereItBeginsIsSaid) {
  driver.options.ids_window = std::chrono::seconds(60);
  ASSERT_EQ(driver.open(), "");
  publish_ids(1, 100);
  driver.now += 1'000 * JournalDriver::kSecond;
  publish_ids(101, 250);
  ASSERT_TRUE(all_but_the_last_are_sealed());
  driver.kill();
  ASSERT_EQ(driver.open(), "");
  ASSERT_FALSE(driver.kept.ids.empty());
  EXPECT_LE(driver.kept.ids_from, 101U);
  EXPECT_EQ(driver.kept.ids.front().sequence, driver.kept.ids_from);
  EXPECT_THAT(driver.kept.ids, SizeIs(250 - driver.kept.ids_from + 1));
  for (const auto& one : driver.kept.ids) EXPECT_EQ(one.id, numbered(one.sequence));
  EXPECT_EQ(driver.kept.ids.back().fingerprint, protocol::fingerprint_of("chat.a", std::string(500, 'x')));

  driver.close();
  driver.options.kept_ids = 10;
  ASSERT_EQ(driver.open(), "");
  EXPECT_THAT(driver.kept.ids, SizeIs(10));
  EXPECT_EQ(driver.kept.ids_from, 241U);
}

TEST_F(Recovery, IdsBeyondTheWindowAreFound) {
  ASSERT_EQ(driver.open(), "");
  publish_ids(1, 250);
  ASSERT_TRUE(all_but_the_last_are_sealed());
  using Found = core::IdLookedUp::Outcome;
  const auto early = driver.look_up(numbered(7), 0);
  EXPECT_EQ(early.outcome, Found::found);
  EXPECT_EQ(early.sequence, 7U);
  EXPECT_EQ(early.fingerprint, protocol::fingerprint_of("chat.a", std::string(500, 'x')));
  EXPECT_EQ(driver.look_up(numbered(7), 7).outcome, Found::absent);
  EXPECT_EQ(driver.look_up(numbered(249), 200).sequence, 249U);
  EXPECT_EQ(driver.look_up(numbered(1'000), 0).outcome, Found::absent);
  driver.trim_to(2);
  EXPECT_EQ(driver.look_up(numbered(1'000), 0).outcome, Found::unknown) << "some are not held any more";
  EXPECT_EQ(driver.look_up(numbered(1'000), driver.trims.back().first).outcome, Found::absent);
  driver.close();
  driver.options.looked_up_ids = 5;
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.look_up(numbered(250), 0).outcome, Found::unknown) << "too many to look through";
}

TEST_F(Recovery, ACheckpointIsWrittenAndADamagedOneCostsNothing) {
  ASSERT_EQ(driver.open(), "");
  for (int i = 0; i < 200; ++i) driver.publish("chat." + std::to_string(i), std::string(500, 'x'));
  const std::string path = "data/journal/chat/checkpoint";
  ASSERT_TRUE(driver.eventually([&] { return disk.files().count(path) == 1; }));
  driver.kill();
  ASSERT_EQ(driver.open(), "");
  EXPECT_THAT(driver.kept.topics, SizeIs(200));
  driver.kill();
  disk.flip(path, 20);
  ASSERT_EQ(driver.open(), "");
  EXPECT_THAT(driver.kept.topics, SizeIs(200));
}

TEST_F(Recovery, ADamagedFooterIsReplacedByReadingTheSegment) {
  ASSERT_EQ(driver.open(), "");
  publish_ids(1, 200);
  ASSERT_TRUE(all_but_the_last_are_sealed());
  driver.kill();
  for (const auto& file : driver.segment_files()) {
    if (driver.is_sealed(file)) disk.flip(file, disk.files().at(file).size() - 1);
  }
  (void)disk.remove("data/journal/chat/checkpoint");
  ASSERT_EQ(driver.open(), "");
  EXPECT_THAT(driver.kept.ids, SizeIs(200));
  EXPECT_THAT(driver.kept.topics, SizeIs(1));
  EXPECT_EQ(driver.read({.patterns = {"*.a"}}).records.size(), 200U);
  EXPECT_EQ(driver.read({.patterns = {"chat.a"}}).records.size(), 200U);
}

TEST_F(Recovery, AClockThatWentBackStillMakesALaterEpoch) {
  ASSERT_EQ(driver.open(), "");
  driver.publish("chat.a", "x");
  const auto epoch = driver.kept.head.epoch;
  driver.close();
  disk.put("data/journal/chat/new-epoch", "restored from a backup\n");
  driver.now -= 1'000'000 * JournalDriver::kSecond;
  ASSERT_EQ(driver.open(), "");
  EXPECT_GT(driver.kept.head.epoch, epoch);
}

TEST_F(Recovery, KnowsWhereEachEpochEnds) {
  ASSERT_EQ(driver.open(), "");
  driver.publish("chat.a", "x");
  driver.publish("chat.a", "y");
  const auto first = driver.kept.head.epoch;
  driver.close();
  disk.put("data/journal/chat/new-epoch", "restored from a backup\n");
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.kept.ends, (std::vector<Position>{{first, 2}}));
  driver.publish("chat.a", "z");
  const auto second = driver.kept.head.epoch;
  driver.close();
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.kept.ends, (std::vector<Position>{{first, 2}, {second, 3}}));
}

TEST_F(Recovery, StartsOnAFullDiskAndReadsWhatIsThere) {
  ASSERT_EQ(driver.open(), "");
  driver.publish("chat.a", "x");
  driver.kill();
  std::uint64_t used = 0;
  (void)disk.remove("data/journal/chat/spare");
  for (const auto& [path, bytes] : disk.files()) used += bytes.size();
  disk.set_capacity(used + 100);
  ASSERT_EQ(driver.open(), "");
  EXPECT_THAT(driver.read({.patterns = {"chat.*"}}).records, SizeIs(1));
  if (driver.publish("chat.a", "y").outcome == core::Commit::Outcome::full) {
    disk.set_capacity(std::numeric_limits<std::uint64_t>::max());
    EXPECT_TRUE(
        driver.eventually([&] { return driver.publish("chat.a", "y").outcome == core::Commit::Outcome::committed; }));
  }
  EXPECT_EQ(driver.head, 2U);
}

TEST_F(Recovery, APayloadThatLooksLikeABatchVouchesForNothingOfATornTail) {
  ASSERT_EQ(driver.open(), "");
  const auto kept = driver.publish("chat.a", "kept");
  const auto path = driver.segment_files().back();
  const auto forged = forged_headers(1, driver.kept.head.epoch, kept.first + 1);
  ASSERT_EQ(driver.publish("chat.a", forged).outcome, core::Commit::Outcome::committed);
  driver.kill();
  const auto at = disk.files().at(path).find(forged);
  ASSERT_NE(at, std::string::npos);
  disk.flip(path, at + forged.size() - 1);
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.kept.head.sequence, kept.first);
}

// What is forged for a segment to come lies in the file that becomes it.
TEST_F(Recovery, APayloadInARecycledFileVouchesForNothingOfATornTail) {
  ASSERT_EQ(driver.open(), "");
  const auto kept = driver.publish("chat.a", "kept");
  const auto forged = forged_headers(2, driver.kept.head.epoch, kept.first + 1);
  driver.kill();  // so that the next start begins a segment
  disk.put("data/journal/chat/spare", std::string(2 * journal::kBatchesAt, 'x') + forged);
  ASSERT_EQ(driver.open(), "");
  const auto path = driver.segment_files().back();
  ASSERT_TRUE(path.ends_with(journal::segment_name(2)));
  driver.publish("chat.a", "torn");
  driver.kill();
  const auto at = disk.files().at(path).find("torn");
  ASSERT_LT(at, disk.files().at(path).find(forged)) << "what the file held before is still behind it";
  disk.flip(path, at);
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.kept.head.sequence, kept.first);
}

TEST_F(Recovery, AHeaderThatSaysMoreThanItsBatchCouldKnowVouchesForNothing) {
  ASSERT_EQ(driver.open(), "");
  const auto kept = driver.publish("chat.a", "kept");
  driver.kill();
  const auto path = driver.segment_files().back();
  auto bytes = disk.files().at(path);
  const auto header = journal::decode_segment_header(bytes);
  ASSERT_TRUE(header);
  const auto forged = forged_header(journal::SegmentIdentity(*header), kept.first + 1);
  disk.put(path, bytes.replace(2 * journal::kBatchesAt, forged.size(), forged));
  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.kept.head.sequence, kept.first);
}

TEST_F(Recovery, KilledOrWithoutPowerAtAnyChangeLosesNothingThatWasCommitted) {
  const auto seed = std::random_device{}();
  std::mt19937_64 random(seed);
  SCOPED_TRACE("seed " + std::to_string(seed));
  driver.options.streams[0].max_size = 6 * JournalDriver::kSegmentBytes;
  ASSERT_EQ(driver.open(), "");
  std::uint64_t committed = 0;
  for (int round = 0; round < 40; ++round) {
    disk.stop_after(1 + random() % 60);
    for (int i = 0; i < 80 && !disk.stopped(); ++i) {
      const auto commit = driver.publish("chat." + std::to_string(random() % 5), std::string(random() % 3'000, 'x'));
      if (commit.outcome == core::Commit::Outcome::committed) committed = commit.first;
    }
    round % 2 == 0 ? driver.kill() : driver.lose_power();
    ASSERT_EQ(driver.open(), "");
    ASSERT_GE(driver.kept.head.sequence, committed);
    committed = driver.kept.head.sequence;
    const auto read = driver.read({.patterns = {"chat.*"}});
    // Retention goes on meanwhile; what it took from under the reader was told.
    std::uint64_t next = read.records.empty() ? committed + 1 : std::stoull(read.records.front());
    ASSERT_GE(next, driver.kept.first);
    auto missing = read.missing();
    for (const auto& record : read.records) {
      for (; !missing.empty() && missing.front().to < std::stoull(record); missing.erase(missing.begin())) {
        ASSERT_EQ(missing.front().reason, protocol::GapReason::retention);
        if (missing.front().from == next) next = missing.front().to + 1;
      }
      ASSERT_EQ(std::stoull(record), next++);
    }
    ASSERT_EQ(next, committed + 1);
  }
}

}  // namespace
}  // namespace fanfare::test
