// Decay and torn writes, byte by byte: what each region of the disk means when one bit of it is wrong. FANFARE_ROUNDS
// makes it look at every byte instead of every few.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>

#include "broker/journal/batch_format.hpp"
#include "broker/journal/repair.hpp"
#include "journal_driver.hpp"

namespace fanfare::test {
namespace {

using journal::BatchView;
using journal::kBatchAlignment;
using journal::kBatchesAt;
using journal::kFooterAlignment;
using journal::kSealAt;
using journal::kSealSize;
using journal::kSegmentHeaderSize;
using Files = std::map<std::string, std::string>;

const std::string kChat = "data/journal/chat/";

std::string path_of(std::uint64_t segment) { return kChat + journal::segment_name(segment); }

struct BatchPlace {
  std::size_t begin = 0;
  std::size_t end = 0;  ///< without what fills it up
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};

std::vector<BatchPlace> batches_of(const std::string& bytes) {
  const auto header = *journal::decode_segment_header(bytes);
  const journal::SegmentIdentity identity(header);
  std::vector<BatchPlace> found;
  std::size_t begin = kBatchesAt;
  while (begin < bytes.size()) {
    const auto batch = BatchView::open(std::string_view(bytes).substr(begin), identity);
    if (!batch) break;
    found.push_back({begin, begin + batch->header().size, batch->header().first, batch->header().last()});
    begin += journal::aligned(batch->header().size, kBatchAlignment);
  }
  return found;
}

/// A journal that was killed: two sealed segments, a third with three batches, a checkpoint.
class Damage : public testing::Test {
 protected:
  Damage() {
    MemoryFileSystem disk;
    JournalDriver driver(disk);
    driver.options.segment_bytes = kSegment;
    EXPECT_EQ(driver.open(), "");
    for (int i = 0; driver.file_journal->figures(kDrivenStream).segments < 3; ++i) {
      driver.publish({{"chat.a", std::string(300, 'a'), Uuid{{static_cast<std::uint8_t>(i + 1)}}},
                      {"chat." + std::to_string(i), "b"}});
    }
    driver.publish("chat.a", "one");
    driver.publish("chat.b", "two");
    EXPECT_TRUE(driver.eventually([&] { return driver.is_sealed(path_of(2)) && disk.files().contains(kCheckpoint); }));
    driver.kill();
    image_ = disk.files();
    head_ = driver.head;
    stride_ = std::getenv("FANFARE_ROUNDS") == nullptr ? 11 : 1;
  }

  struct Opened {
    std::string refusal;
    std::vector<std::string> records;
    std::vector<core::ReadDone::Missing> missing;
  };

  /// What a start makes of these files, and what can be read then.
  Opened open(const Files& files) const {
    MemoryFileSystem disk;
    for (const auto& [path, bytes] : files) disk.put(path, bytes);
    JournalDriver driver(disk);
    driver.options.segment_bytes = kSegment;
    Opened opened{.refusal = driver.open()};
    if (!opened.refusal.empty()) return opened;
    auto read = driver.read({.patterns = {"chat.>"}});
    opened.records = std::move(read.records);
    opened.missing = read.missing();
    EXPECT_EQ(driver.publish("chat.a", "next").first, driver.head) << "it takes new records";
    return opened;
  }

  Opened open_flipped(const std::string& path, std::size_t at) const {
    auto files = image_;
    auto& byte = files.at(path)[at];
    byte = static_cast<char>(static_cast<std::uint8_t>(byte) ^ (1U << (at % 8)));
    return open(files);
  }

  void expect_all(const Opened& opened, const std::string& where) const {
    EXPECT_EQ(opened.refusal, "") << where;
    EXPECT_EQ(opened.records.size(), head_) << where;
    EXPECT_TRUE(opened.missing.empty()) << where;
  }

  void expect_refused(const Opened& opened, const std::string& path, std::size_t offset,
                      const std::string& where) const {
    EXPECT_NE(opened.refusal.find(path + " is damaged at offset " + std::to_string(offset) + ":"), std::string::npos)
        << where << ": " << opened.refusal;
  }

  static constexpr std::uint64_t kSegment = 8'192;
  const std::string kCheckpoint = kChat + "checkpoint";
  Files image_;
  std::uint64_t head_ = 0;
  std::size_t stride_ = 1;
};

TEST_F(Damage, OfAHeaderRefusesToStart) {
  for (std::uint64_t segment = 1; segment <= 3; ++segment) {
    for (std::size_t at = 0; at < kSegmentHeaderSize; ++at) {
      const auto opened = open_flipped(path_of(segment), at);
      if (at == 7) {  // the version
        EXPECT_NE(opened.refusal, "") << at;
      } else {
        expect_refused(opened, path_of(segment), 0, "byte " + std::to_string(at));
      }
    }
  }
}

// Harmless by design: seals, footers and the checkpoint only repeat what the batches say, and are made anew from them.
TEST_F(Damage, OfASealAFooterOrTheCheckpointLosesNothing) {
  for (std::uint64_t segment = 1; segment <= 2; ++segment) {
    const auto& bytes = image_.at(path_of(segment));
    for (std::size_t at = kSealAt; at < kSealAt + kSealSize; at += std::min<std::size_t>(stride_, 3)) {
      expect_all(open_flipped(path_of(segment), at), "seal, byte " + std::to_string(at));
    }
    for (auto at = journal::aligned(batches_of(bytes).back().end, kFooterAlignment); at < bytes.size(); at += stride_) {
      expect_all(open_flipped(path_of(segment), at), "footer, byte " + std::to_string(at));
    }
  }
  for (std::size_t at = 0; at < image_.at(kCheckpoint).size(); at += stride_) {
    expect_all(open_flipped(kCheckpoint, at), "checkpoint, byte " + std::to_string(at));
  }
}

// Harmless by design: what fills pages and batches up is never read, and `state` only spares work.
TEST_F(Damage, OfWhatMeansNothingLosesNothing) {
  for (const std::size_t at : {kSegmentHeaderSize, kSealAt - 1, kSealAt + kSealSize, kBatchesAt - 1}) {
    expect_all(open_flipped(path_of(1), at), "byte " + std::to_string(at));
  }
  for (const auto& batch : batches_of(image_.at(path_of(3)))) {
    if (batch.end % kBatchAlignment != 0) expect_all(open_flipped(path_of(3), batch.end), "behind a batch");
  }
  for (std::size_t at = 0; at < image_.at(kChat + "state").size(); ++at) {
    expect_all(open_flipped(kChat + "state", at), "state, byte " + std::to_string(at));
  }
}

// Sealed segments are not read at the start; what is damaged in them is told to the reader concerned.
TEST_F(Damage, OfASealedBatchIsToldToTheReaderAndTheRestIsGiven) {
  for (const auto& batch : batches_of(image_.at(path_of(1)))) {
    for (auto at = batch.begin; at < batch.end; at += stride_) {
      const auto opened = open_flipped(path_of(1), at);
      EXPECT_EQ(opened.refusal, "") << at;
      ASSERT_EQ(opened.missing.size(), 1U) << at;
      EXPECT_EQ(opened.missing[0].reason, protocol::GapReason::damaged) << at;
      EXPECT_GE(opened.missing[0].from, batch.first) << at;
      EXPECT_LE(opened.missing[0].to, batch.last) << at;
      EXPECT_EQ(opened.records.size() + opened.missing[0].to - opened.missing[0].from + 1, head_) << at;
    }
  }
}

TEST_F(Damage, OfABatchThatWasDurableRefusesToStart) {
  const auto batches = batches_of(image_.at(path_of(3)));
  for (std::size_t i = 0; i + 1 < batches.size(); ++i) {
    for (auto at = batches[i].begin; at < batches[i].end; at += stride_) {
      expect_refused(open_flipped(path_of(3), at), path_of(3), batches[i].begin, "byte " + std::to_string(at));
    }
  }
}

// The one that was written last can't be told from one that was torn: no later header says that it was durable.
TEST_F(Damage, OfTheLastBatchIsTakenForATornTail) {
  const auto last = batches_of(image_.at(path_of(3))).back();
  for (auto at = last.begin; at < last.end; at += stride_) {
    const auto opened = open_flipped(path_of(3), at);
    EXPECT_EQ(opened.refusal, "") << at;
    EXPECT_EQ(opened.records.size(), head_ - 1) << at;
  }
}

// What a recycled file held before lies behind, in turn zeros and old batches.
TEST_F(Damage, ATailThatIsTornAtAnyByteIsLeftOut) {
  const auto& bytes = image_.at(path_of(3));
  const auto last = batches_of(bytes).back();
  const auto& old = image_.at(path_of(1));
  for (auto at = last.begin; at <= last.end; ++at) {
    auto files = image_;
    auto& torn = files.at(path_of(3));
    const auto size = last.end - at;
    torn.replace(at, size, at % 2 == 0 ? std::string(size, '\0') : old.substr(at, size));
    const bool is_whole = torn == bytes;  // zeros in the place of zeros
    const auto opened = open(files);
    EXPECT_EQ(opened.refusal, "") << at;
    EXPECT_EQ(opened.records.size(), is_whole ? head_ : head_ - 1) << at;
  }
}

TEST_F(Damage, AMissingSegmentRefusesToStart) {
  auto files = image_;
  files.erase(path_of(2));
  expect_refused(open(files), path_of(2), 0, "missing");
}

TEST_F(Damage, AfterANormalStopAlsoTheLastBatchIsVouchedFor) {
  MemoryFileSystem disk;
  for (const auto& [path, bytes] : image_) disk.put(path, bytes);
  JournalDriver driver(disk);
  driver.options.segment_bytes = kSegment;
  ASSERT_EQ(driver.open(), "");
  driver.publish("chat.a", "last");
  driver.close();
  image_ = disk.files();
  head_ = driver.head;
  const auto segments = driver.segment_files();
  const auto last = batches_of(image_.at(segments.back())).back();
  for (auto at = last.begin; at < last.end; at += stride_) {
    expect_refused(open_flipped(segments.back(), at), segments.back(), last.begin, "byte " + std::to_string(at));
  }
  // `state` has no CRC: a greater data end refuses to start, anything else only costs the reading of one segment.
  for (std::size_t at = 0; at < image_.at(kChat + "state").size(); ++at) {
    const auto opened = open_flipped(kChat + "state", at);
    if (opened.refusal.empty()) {
      expect_all(opened, "state, byte " + std::to_string(at));
    } else {
      EXPECT_NE(opened.refusal.find(segments.back()), std::string::npos) << opened.refusal;
    }
  }
}

// A segment that was begun and sealed, empty, by two starts that died, and lost its name with the power: the same
// number is given to what is written into the same file now.
TEST_F(Damage, TheSealOfALostSegmentVouchesForNothing) {
  MemoryFileSystem disk;
  for (const auto& [path, bytes] : image_) disk.put(path, bytes);
  JournalDriver driver(disk);
  driver.options.segment_bytes = kSegment;
  ASSERT_EQ(driver.open(), "");  // begins segment 4
  driver.kill();
  ASSERT_EQ(driver.open(), "");  // seals it, begins segment 5
  driver.kill();
  auto files = disk.files();
  ASSERT_TRUE(driver.is_sealed(path_of(4)));
  files[kChat + "spare"] = files.at(path_of(4));
  files.erase(path_of(4));
  files.erase(path_of(5));

  MemoryFileSystem after;
  for (const auto& [path, bytes] : files) after.put(path, bytes);
  JournalDriver next(after);
  next.options.segment_bytes = kSegment;
  ASSERT_EQ(next.open(), "");
  next.publish("chat.a", "kept");
  const auto head = next.head;
  next.kill();
  ASSERT_EQ(next.open(), "");
  EXPECT_EQ(next.kept.head.sequence, head);
}

TEST_F(Damage, ARepairedJournalGoesOnInALaterEpochWithAllThatWasBeforeTheCut) {
  const auto batches = batches_of(image_.at(path_of(3)));
  auto files = image_;
  files.at(path_of(3))[batches[1].begin + 20] = 'x';
  MemoryFileSystem disk;
  for (const auto& [path, bytes] : files) disk.put(path, bytes);
  JournalDriver driver(disk);
  driver.options.segment_bytes = kSegment;
  ASSERT_NE(driver.open(), "");
  const auto repaired = journal::repair(disk, "data/journal");
  ASSERT_TRUE(repaired);
  ASSERT_TRUE(repaired->at(0).cut);

  ASSERT_EQ(driver.open(), "");
  EXPECT_EQ(driver.kept.head.sequence, batches[0].last);
  EXPECT_GT(driver.kept.head.epoch, repaired->at(0).cut->last.epoch);
  EXPECT_EQ(driver.publish("chat.a", "next").first, batches[0].last + 1);
  EXPECT_EQ(driver.read({.patterns = {"chat.>"}}).records.size(), batches[0].last + 1);
}

}  // namespace
}  // namespace fanfare::test
