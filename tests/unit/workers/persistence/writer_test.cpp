#include "workers/persistence/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <sstream>

#include "tests/support/eventually.hpp"
#include "tests/unit/workers/persistence/fake_message_store.hpp"

namespace fanfare::workers::persistence {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using testing::Each;
using testing::Le;
using Clock = Writer::Clock;

class WriterTest : public testing::Test {
 protected:
  static PendingRecord text(std::uint64_t sequence) {
    return {.position = {{}, sequence}, .message = store::ChatMessage{.position = {{}, sequence}}};
  }
  static PendingRecord skipped(std::uint64_t sequence) { return {.position = {{}, sequence}}; }

  std::unique_ptr<Writer> make_writer(std::size_t batch, std::chrono::milliseconds linger = 0ms) {
    return std::make_unique<Writer>(
        Writer::Options{{.batch = batch, .linger = linger}, 1ms, 10ms}, [this] { return database.open(); },
        [this](std::span<const PendingRecord> records) { written += records.size(); }, log, metrics);
  }

  bool wrote(std::size_t count) {
    return eventually(5s, [&] { return database.rows().size() == count; });
  }

  test::FakeMessages database;
  std::ostringstream lines;
  runtime::Logger log{{}, "test", lines};
  runtime::Metrics metrics;
  std::atomic<std::size_t> written = 0;
};

TEST_F(WriterTest, WritesAllInOrderAndInBatchesOfTheirSize) {
  const auto writer = make_writer(10);
  for (std::uint64_t sequence = 1; sequence <= 95; ++sequence) writer->add(text(sequence));
  EXPECT_EQ(writer->finish(), 0U);
  const auto rows = database.rows();
  ASSERT_EQ(rows.size(), 95U);
  for (std::uint64_t index = 0; index < rows.size(); ++index) EXPECT_EQ(rows[index].position.sequence, index + 1);
  EXPECT_THAT(database.batches(), Each(Le(10U)));
  EXPECT_EQ(written, 95U);
}

TEST_F(WriterTest, ALoneMessageIsWrittenAfterTheLinger) {
  const auto writer = make_writer(1'000, 1ms);
  writer->add(text(1));
  EXPECT_TRUE(wrote(1));
}

TEST_F(WriterTest, WhatIsSkippedMovesThePosition) {
  const auto writer = make_writer(10);
  writer->add(text(1));
  writer->add(skipped(2));
  EXPECT_EQ(writer->finish(), 0U);
  EXPECT_EQ(database.rows().size(), 1U);
  EXPECT_EQ(database.reached()->sequence, 2U);
}

TEST_F(WriterTest, LosesNothingWhileTheDatabaseIsAway) {
  database.fail(true);
  const auto writer = make_writer(2);
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) writer->add(text(sequence));
  EXPECT_TRUE(eventually(5s, [&] { return database.attempts() >= 3; }));
  EXPECT_EQ(written, 0U);
  database.fail(false);
  EXPECT_TRUE(wrote(4));
  EXPECT_EQ(writer->finish(), 0U);
  EXPECT_THAT(lines.str(), testing::HasSubstr("the database is away"));
}

TEST_F(WriterTest, HoldsTheSenderBackWhileItsQueueIsFull) {
  database.block(true);
  const auto writer = make_writer(1);
  std::atomic<int> added = 0;
  std::jthread sender([&] {
    for (std::uint64_t sequence = 1; sequence <= 10; ++sequence) {
      writer->add(text(sequence));
      ++added;
    }
  });
  // One is being written, two wait, and the fourth finds no room.
  EXPECT_TRUE(eventually(5s, [&] { return added == 3; }));
  EXPECT_EQ(database.rows().size(), 0U);
  database.block(false);
  sender.join();
  EXPECT_EQ(writer->finish(), 0U);
  EXPECT_EQ(database.rows().size(), 10U);
}

TEST_F(WriterTest, ClosedItWritesWhatItHasWithoutLingering) {
  const auto writer = make_writer(1'000, 1h);
  writer->add(text(1));
  writer->close(Clock::now() + 1h);
  EXPECT_TRUE(wrote(1));
  EXPECT_EQ(writer->finish(), 0U);
}

TEST_F(WriterTest, ClosedItTakesNothingSoThatNoPositionPassesWhatWasLeft) {
  database.block(true);
  const auto writer = make_writer(1);
  for (std::uint64_t sequence = 1; sequence <= 3; ++sequence) writer->add(text(sequence));
  std::jthread sender([&] {  // waits for room, until the writer is closed
    for (std::uint64_t sequence = 4; sequence <= 8; ++sequence) writer->add(text(sequence));
  });
  writer->close(Clock::now() + 1h);
  sender.join();
  database.block(false);
  EXPECT_TRUE(wrote(3));
  writer->add(text(9));
  EXPECT_EQ(writer->finish(), 6U);
  EXPECT_EQ(database.reached()->sequence, 3U);
}

TEST_F(WriterTest, AtTheDeadlineItSaysHowManyWereNotWritten) {
  database.fail(true);
  const auto writer = make_writer(2);
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) writer->add(text(sequence));
  EXPECT_TRUE(eventually(5s, [&] { return database.attempts() >= 1; }));
  writer->close(Clock::now() + 20ms);
  EXPECT_EQ(writer->finish(), 4U);
}

}  // namespace
}  // namespace fanfare::workers::persistence
