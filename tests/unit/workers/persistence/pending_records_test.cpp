#include "workers/persistence/pending_records.hpp"

#include <gtest/gtest.h>

#include "tests/unit/workers/common/fake_delivery.hpp"

namespace fanfare::workers::persistence {
namespace {

using std::chrono::milliseconds;

const PendingRecords::TimePoint kStart{std::chrono::hours(1)};

PendingRecord record(std::uint64_t sequence, std::size_t bytes = 0) {
  PendingRecord result{.record = {.conversation = {}, .position = {{}, sequence}},
                       .delivery = std::make_shared<test::FakeDelivery>()};
  if (bytes > 0) result.record.message = store::ChatMessage{.text = std::string(bytes, 'x')};
  return result;
}

std::uint64_t sequence_of(const PendingRecord& pending) { return pending.record.position.sequence; }

TEST(PendingRecords, AreNotDueWhileThereAreNone) {
  PendingRecords pending({.batch = 3, .linger = milliseconds(5)});
  EXPECT_EQ(pending.due(), std::nullopt);
  EXPECT_TRUE(pending.take().empty());
}

TEST(PendingRecords, AreDueWhenTheFirstHasLingered) {
  PendingRecords pending({.batch = 3, .linger = milliseconds(5)});
  pending.add(record(1), kStart);
  pending.add(record(2), kStart + milliseconds(4));
  EXPECT_EQ(pending.due(), kStart + milliseconds(5));
  EXPECT_EQ(pending.take().size(), 2U);
  EXPECT_EQ(pending.due(), std::nullopt);
}

TEST(PendingRecords, AreDueAtOnceWhenABatchIsFull) {
  PendingRecords pending({.batch = 2, .linger = milliseconds(5)});
  pending.add(record(1), kStart);
  pending.add(record(2), kStart);
  EXPECT_EQ(pending.due(), kStart);
}

TEST(PendingRecords, AreTakenInBatchesInTheirOrder) {
  PendingRecords pending({.batch = 2, .linger = {}});
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) pending.add(record(sequence), kStart);
  EXPECT_EQ(sequence_of(pending.take().back()), 2U);
  const auto rest = pending.take();
  ASSERT_EQ(rest.size(), 1U);
  EXPECT_EQ(sequence_of(rest[0]), 3U);
  EXPECT_TRUE(pending.is_empty());
}

TEST(PendingRecords, AreFullAtTwoBatches) {
  PendingRecords pending({.batch = 2, .linger = {}});
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) {
    EXPECT_FALSE(pending.is_full());
    pending.add(record(sequence), kStart);
  }
  EXPECT_TRUE(pending.is_full());
  EXPECT_EQ(pending.take().size(), 2U);
  EXPECT_FALSE(pending.is_full());
}

TEST(PendingRecords, AreFullAndDueAtTheirBytes) {
  PendingRecords pending({.batch = 100, .linger = milliseconds(5), .bytes = 1'000});
  pending.add(record(1, 600), kStart);
  EXPECT_FALSE(pending.is_full());
  pending.add(record(2, 600), kStart);
  EXPECT_TRUE(pending.is_full());
  EXPECT_EQ(pending.due(), kStart);
  EXPECT_EQ(pending.take().size(), 2U);
  EXPECT_FALSE(pending.is_full());
}

TEST(PendingRecords, LoseThoseThatWereRevokedAndTheirBytes) {
  PendingRecords pending({.batch = 2, .linger = {}, .bytes = 1'000});
  const auto revoked = std::make_shared<test::FakeDelivery>();
  revoked->is_revoked = true;
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) {
    pending.add(record(sequence, sequence == 2 ? 900 : 60), kStart);
    if (sequence == 1) pending.add({.record = record(9, 900).record, .delivery = revoked}, kStart);
  }
  EXPECT_TRUE(pending.is_full());
  const auto taken = pending.take_revoked();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(sequence_of(taken[0]), 9U);
  EXPECT_EQ(sequence_of(pending.take().back()), 2U);
  EXPECT_FALSE(pending.is_full());
  EXPECT_EQ(pending.size(), 1U);
}

}  // namespace
}  // namespace fanfare::workers::persistence
