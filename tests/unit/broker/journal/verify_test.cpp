#include "broker/journal/verify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_stream.hpp"

namespace fanfare::broker::journal {
namespace {

using testing::IsEmpty;

TEST(Verify, TellsWhatASoundJournalHolds) {
  SampleStream stream;
  const auto report = stream.report();
  EXPECT_THAT(report.problems, IsEmpty()) << testing::PrintToString(report.problems.at(0).what);
  EXPECT_THAT(report.notes, IsEmpty());
  EXPECT_EQ(report.stream, "chat");
  EXPECT_EQ(report.segments, 3U);
  EXPECT_EQ(report.records, 11U);
  EXPECT_EQ(report.first, 1U);
  EXPECT_EQ(report.last, (Position{sample_epoch(), 11}));
}

TEST(Verify, TakesTheFolderOfOneStreamToo) {
  SampleStream stream;
  EXPECT_EQ(verify(stream.files, "journal/chat/").value().at(0).records, 11U);
  EXPECT_EQ(verify(stream.files, "elsewhere").error().message, "elsewhere holds no journal");
}

/// Whether a byte of a segment means something: the rest of its first page, what fills batches and the footer up, and
/// what lies behind the data are zeros that nothing reads.
bool is_used(const std::string& bytes, std::size_t at, bool is_sealed) {
  if (at < kBatchesAt) return at < kSegmentHeaderSize || (is_sealed && at >= kSealAt && at < kSealAt + kSealSize);
  const auto header = *decode_segment_header(bytes);
  const SegmentIdentity identity(header);
  std::size_t begin = kBatchesAt;
  while (const auto batch = BatchView::open(std::string_view(bytes).substr(begin), identity)) {
    if (at >= begin && at < begin + batch->header().size) return true;
    begin += aligned(batch->header().size, kBatchAlignment);
  }
  return is_sealed && at >= aligned(begin, kFooterAlignment);
}

TEST(Verify, FindsAnyFlippedBitOfASealedSegment) {
  SampleStream stream;
  for (const auto& path : {kSeven, kEight}) {
    const auto bytes = stream.files.files().at(path);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
      if (!is_used(bytes, at, true)) continue;
      const auto mask = static_cast<std::uint8_t>(1U << (at % 8));
      stream.files.flip(path, at, mask);
      const auto report = stream.report();
      ASSERT_FALSE(report.problems.empty()) << path << ", offset " << at;
      EXPECT_EQ("journal/chat/" + report.problems[0].file, path) << at;
      EXPECT_LE(report.problems[0].offset, at);
      EXPECT_GT(report.problems[0].offset + 300, at) << report.problems[0].what;
      stream.files.flip(path, at, mask);
    }
  }
}

// What the last batch loses can't be told from one that was never written to its end: no later header says that it was
// durable. Of all other batches, a later one does.
TEST(Verify, FindsAnyFlippedBitOfWhatIsWrittenToUpToTheLastBatch) {
  SampleStream stream;
  const auto bytes = stream.files.files().at(kNine);
  for (std::size_t at = 0; at < stream.nine_end; ++at) {
    if (!is_used(bytes, at, false)) continue;
    stream.files.flip(kNine, at);
    const auto report = stream.report();
    if (at < stream.nine_batches[2]) {
      ASSERT_FALSE(report.problems.empty()) << at;
      EXPECT_EQ("journal/chat/" + report.problems[0].file, kNine) << at;
      EXPECT_LE(report.problems[0].offset, at);
    } else {
      EXPECT_THAT(report.problems, IsEmpty()) << at;
      EXPECT_EQ(report.last->sequence, 10U);
    }
    stream.files.flip(kNine, at);
  }
}

TEST(Verify, AfterANormalStopTheLastBatchIsVouchedForToo) {
  SampleStream stream;
  stream.files.put("journal/chat/state", "closed 9 " + std::to_string(stream.nine_end) + "\n");
  EXPECT_THAT(stream.report().problems, IsEmpty());
  stream.files.flip(kNine, stream.nine_end - 70);
  const auto report = stream.report();
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_EQ(report.problems[0].batch, stream.nine_batches[2]);
}

TEST(Verify, NotesATornTail) {
  SampleStream stream;
  auto bytes = stream.files.files().at(kNine);
  const auto at = stream.nine_batches[2] + 120;  // in the record
  bytes.replace(at, stream.nine_end - at, stream.nine_end - at, '\0');
  stream.files.put(kNine, bytes);
  const auto report = stream.report();
  EXPECT_THAT(report.problems, IsEmpty());
  EXPECT_EQ(report.notes.size(), 1U);
  EXPECT_EQ(report.records, 10U);
}

TEST(Verify, MissesASegment) {
  SampleStream stream;
  stream.files.remove(kEight).value();
  const auto report = stream.report();
  ASSERT_FALSE(report.problems.empty());
  EXPECT_EQ(report.problems[0].file, "00000000000000000008.segment");
  EXPECT_EQ(report.records, 7U);
}

TEST(Verify, FindsAnyFlippedBitOfTheCheckpoint) {
  SampleStream stream;
  const std::string path = "journal/chat/checkpoint";
  for (std::size_t at = 0; at < stream.files.files().at(path).size(); ++at) {
    stream.files.flip(path, at);
    const auto report = stream.report();
    ASSERT_EQ(report.problems.size(), 1U) << at;
    EXPECT_EQ(report.problems[0].file, "checkpoint");
    EXPECT_TRUE(report.problems[0].rebuilt);
    stream.files.flip(path, at);
  }
}

TEST(Verify, FindsAFooterThatSaysSomethingElse) {
  SampleStream stream;
  auto other = sample_segment();
  SampleSegment segment(sample_header(7));
  segment.add({{"a.x", "one"}, {"a.y", "two", false}}, 0);
  segment.add({{"a.x", "thr33"}}, 2);  // as long, with another fingerprint
  segment.seal();
  const auto footer_at = aligned(kBatchesAt + 512, kFooterAlignment);
  const auto mixed = segment.bytes().substr(0, kSealAt) + other.bytes().substr(kSealAt, kSealSize) +
                     segment.bytes().substr(kSealAt + kSealSize, footer_at - kSealAt - kSealSize) +
                     other.bytes().substr(footer_at);
  stream.files.put(kSeven, mixed);
  const auto report = stream.report();
  ASSERT_EQ(report.problems.size(), 1U);
  EXPECT_EQ(report.problems[0].offset, footer_at);
  EXPECT_TRUE(report.problems[0].rebuilt);
}

}  // namespace
}  // namespace fanfare::broker::journal
