#include "broker/journal/batch_format.hpp"

#include <gmock/gmock.h>

#include "protocol/record.hpp"

namespace fanfare::broker::journal {
namespace {

const SegmentHeader kSegment{.number = 3, .salt = 5};

/// A batch of two records in that segment.
std::string two_records() {
  std::string records;
  for (const auto* payload : {"one", "two"}) {
    protocol::append_record(records, {.topic = 7, .timestamp = 5, .publisher = "local"}, 0, 0, payload);
  }
  const auto size = records.size() / 2;
  protocol::set_sequence(records.data(), 41);
  protocol::set_sequence(records.data() + size, 42);
  BatchWriter writer{SegmentIdentity(kSegment)};
  writer.define(7, "chat.a");
  writer.begin_table(2);
  const auto seed = seed_of(kSegment);
  writer.add(0, record_crc(std::string_view(records).substr(0, size), seed), 12);
  writer.add(static_cast<std::uint32_t>(size), record_crc(std::string_view(records).substr(size), seed), 41);
  auto batch = std::move(writer).finish(41, 5, records.size());
  set_synced(batch, 40, seed);
  return batch + records;
}

TEST(BatchView, GivesWhatWasWritten) {
  const auto bytes = two_records();
  const auto batch = BatchView::open(bytes, SegmentIdentity(kSegment));
  ASSERT_TRUE(batch);
  EXPECT_EQ(batch->header().first, 41U);
  EXPECT_EQ(batch->header().last(), 42U);
  EXPECT_EQ(batch->header().synced, 40U);
  EXPECT_EQ(batch->header().size, bytes.size());
  EXPECT_EQ(batch->previous(0), 12U);
  EXPECT_EQ(batch->previous(1), 41U);
  auto definitions = batch->definitions();
  EXPECT_EQ(next_definition(definitions)->name, "chat.a");
  EXPECT_TRUE(definitions.empty());
  auto record = *batch->record(1, bytes);
  EXPECT_EQ(protocol::next_record(record)->content.payload, "two");
}

TEST(BatchView, AnyChangedByteIsNoticed) {
  const auto good = two_records();
  for (std::size_t at = 0; at < good.size(); ++at) {
    auto bytes = good;
    bytes[at] = static_cast<char>(bytes[at] ^ 0x10);
    const auto batch = BatchView::open(bytes, SegmentIdentity(kSegment));
    EXPECT_FALSE(batch && batch->record(0, bytes) && batch->record(1, bytes)) << "at " << at;
  }
}

TEST(BatchView, IsNoneInAnotherSegment) {
  const auto bytes = two_records();
  for (const auto& other : {SegmentHeader{.number = 4, .salt = 5}, SegmentHeader{.number = 3, .salt = 6},
                            SegmentHeader{.number = 3, .epoch = Uuid::version7(1, {}), .salt = 5}}) {
    EXPECT_FALSE(BatchView::open(bytes, SegmentIdentity(other)));
  }
}

TEST(BatchView, IsNoneWhenItIsCutShort) {
  const auto bytes = two_records();
  const auto view = BatchView::open(bytes, SegmentIdentity(kSegment));
  for (std::size_t size = 0; size < view->header().head_size(); ++size) {
    EXPECT_FALSE(BatchView::open(std::string_view(bytes).substr(0, size), SegmentIdentity(kSegment))) << size;
  }
  EXPECT_FALSE(view->record(1, std::string_view(bytes).substr(0, bytes.size() - 1)));
}

}  // namespace
}  // namespace fanfare::broker::journal
