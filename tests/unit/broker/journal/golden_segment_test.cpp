// The layout on disk must not change by accident: a journal that was written once has to be read. After a change on
// purpose, with a new version, FANFARE_WRITE_GOLDEN=1 makes this test write the file anew.

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "journal_driver.hpp"
#include "sample_segment.hpp"

namespace fanfare::broker::journal {
namespace {

const char* const kGoldenFile = FANFARE_SOURCE_DIR "/tests/unit/broker/journal/golden_segment.txt";

/// Lines of 32 bytes: their offset, and the bytes as hex. Lines of zeros only are left out.
std::string to_text(std::string_view bytes) {
  constexpr std::size_t kLine = 32;
  std::ostringstream out;
  out << std::hex;
  out.fill('0');
  for (std::size_t at = 0; at < bytes.size(); at += kLine) {
    const auto line = bytes.substr(at, kLine);
    if (line.find_first_not_of('\0') == std::string_view::npos) continue;
    out.width(6);
    out << at << ' ';
    for (const char c : line) {
      out.width(2);
      out << static_cast<unsigned>(static_cast<unsigned char>(c));
    }
    out << '\n';
  }
  out << "size " << std::dec << bytes.size() << '\n';
  return out.str();
}

std::string from_text(std::istream& text) {
  std::string bytes;
  for (std::string line; std::getline(text, line);) {
    if (line.starts_with('#')) continue;
    if (line.starts_with("size ")) {
      bytes.resize(std::stoul(line.substr(5)));
      continue;
    }
    bytes.resize(std::stoul(line.substr(0, 6), nullptr, 16));
    for (std::size_t i = 7; i + 1 < line.size(); i += 2) {
      bytes += static_cast<char>(std::stoul(line.substr(i, 2), nullptr, 16));
    }
  }
  return bytes;
}

std::string read_golden_segment() {
  std::ifstream file(kGoldenFile);
  return from_text(file);
}

TEST(GoldenSegment, IsWhatTheFormatsWrite) {
  const auto segment = sample_segment(1);
  if (std::getenv("FANFARE_WRITE_GOLDEN") != nullptr) {
    std::ofstream file(kGoldenFile);
    file << "# A sealed segment of two batches, docs/journal-format.md. Written by golden_segment_test.cpp.\n"
         << to_text(segment.bytes());
  }
  EXPECT_EQ(to_text(read_golden_segment()), to_text(segment.bytes()));
}

TEST(GoldenSegment, IsWhatTheJournalWrites) {
  test::MemoryFileSystem disk;
  test::JournalDriver driver(disk);
  driver.now = kSampleTime;
  // The first eight bytes are the salt; of the epoch the first six are its time.
  driver.options.random = [] { return Uuid{{0x11, 0x22, 0x33, 0x44, 0x55, 0x66, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}}; };
  ASSERT_EQ(driver.open(), "");
  auto& journal = *driver.file_journal;
  journal.define(test::kDrivenStream, 1, "a.x");
  journal.define(test::kDrivenStream, 2, "a.y");
  const auto segment = sample_segment(1);
  for (const auto& records : segment.batches()) {
    auto batch = std::make_shared<std::string>();
    for (const auto& record : records) *batch += record;
    journal.append({.stream = test::kDrivenStream,
                    .records = std::move(batch),
                    .count = static_cast<std::uint32_t>(records.size())});
    ++driver.appended;
    ASSERT_TRUE(driver.settle());
  }
  driver.kill();
  ASSERT_EQ(driver.open(), "");  // which seals it
  driver.close();
  EXPECT_EQ(to_text(disk.files().at(driver.segment_files().front())), to_text(read_golden_segment()));
}

TEST(GoldenSegment, IsReadAsWhatItHolds) {
  const auto bytes = read_golden_segment();
  const auto header = decode_segment_header(bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(*header, sample_header(1));
  const auto seal = decode_seal(std::string_view(bytes).substr(kSealAt), seed_of(*header));
  ASSERT_TRUE(seal);
  EXPECT_EQ(seal->last, 3U);
  EXPECT_EQ(seal->first_timestamp, kSampleTime + 1);
  EXPECT_EQ(seal->last_timestamp, kSampleTime + 3);
  const auto footer_bytes = std::string_view(bytes).substr(seal->footer_offset, seal->footer_size);
  EXPECT_EQ(protocol::crc32c(footer_bytes, seed_of(*header)), seal->footer_crc);
  const auto footer = FooterView::open(footer_bytes);
  ASSERT_TRUE(footer);
  EXPECT_EQ(footer->topics().count(), 2U);
  EXPECT_EQ(footer->id_count(), 2U);
  EXPECT_EQ(footer->id(1).sequence, 2U);
  EXPECT_EQ(footer->index(0), (IndexEntry{.first = 1, .offset = kBatchesAt, .timestamp = kSampleTime + 1}));

  const SegmentIdentity identity(*header);
  const auto first = std::string_view(bytes).substr(kBatchesAt);
  const auto one = BatchView::open(first, identity);
  ASSERT_TRUE(one);
  EXPECT_EQ(one->header().count, 2U);
  auto definitions = one->definitions();
  EXPECT_EQ(next_definition(definitions)->name, "a.x");
  EXPECT_EQ(next_definition(definitions)->topic, 2U);
  auto record = one->record(0, first).value();
  EXPECT_EQ(protocol::next_record(record)->content.payload, "one");

  const auto second = first.substr(aligned(one->header().size, kBatchAlignment));
  const auto two = BatchView::open(second, identity);
  ASSERT_TRUE(two);
  EXPECT_EQ(two->header().first, 3U);
  EXPECT_EQ(two->header().synced, 2U);
  EXPECT_EQ(two->previous(0), 1U);
  record = two->record(0, second).value();
  EXPECT_EQ(protocol::next_record(record)->content.payload, "three");
  EXPECT_EQ(kBatchesAt + aligned(one->header().size, kBatchAlignment) + aligned(two->header().size, kBatchAlignment),
            seal->data_end);
}

}  // namespace
}  // namespace fanfare::broker::journal
