#include "workers/persistence/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <sstream>

#include "tests/support/eventually.hpp"
#include "tests/unit/workers/common/fake_delivery.hpp"
#include "tests/unit/workers/persistence/fake_message_store.hpp"

namespace fanfare::workers::persistence {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::FakeDelivery;
using testing::Each;
using testing::ElementsAre;
using testing::Le;
using Clock = Writer::Clock;

Uuid conversation_number(std::uint8_t number) {
  Uuid id;
  id.bytes[15] = number;
  return id;
}

class WriterTest : public testing::Test {
 protected:
  /// What is delivered; its message says "text <sequence>".
  PendingRecord text(std::uint64_t sequence, std::uint8_t conversation = 1) {
    PendingRecord pending = skipped(sequence, conversation);
    pending.record.message = store::ChatMessage{.conversation = conversation_number(conversation),
                                                .text = "text " + std::to_string(sequence),
                                                .position = {{}, sequence}};
    return pending;
  }
  PendingRecord skipped(std::uint64_t sequence, std::uint8_t conversation = 1) {
    delivered.push_back(std::make_shared<FakeDelivery>());
    return {.record = {.conversation = conversation_number(conversation), .position = {{}, sequence}},
            .delivery = delivered.back()};
  }

  std::unique_ptr<Writer> make_writer(std::size_t batch, std::chrono::milliseconds linger = 0ms) {
    return std::make_unique<Writer>(
        Writer::Options{{.batch = batch, .linger = linger}, 1ms, 10ms}, [this] { return database.open(); },
        [this](const Uuid&, std::string_view hop) { hops.emplace_back(hop); }, log, metrics);
  }

  bool wrote(std::size_t count) {
    return eventually(5s, [&] { return database.rows().size() == count; });
  }

  [[nodiscard]] std::ptrdiff_t acked() const {
    return std::ranges::count_if(delivered, [](const auto& one) { return one->acked == 1; });
  }

  std::vector<std::uint64_t> sequences() {
    std::vector<std::uint64_t> result;
    for (const auto& row : database.rows()) result.push_back(row.position.sequence);
    return result;
  }

  test::FakeMessages database;
  std::vector<std::shared_ptr<FakeDelivery>> delivered;
  std::vector<std::string> hops;
  std::ostringstream lines;
  runtime::Logger log{{}, "test", lines};
  runtime::Metrics metrics;
};

TEST_F(WriterTest, WritesAllInOrderAndInBatchesOfTheirSize) {
  const auto writer = make_writer(10);
  for (std::uint64_t sequence = 1; sequence <= 95; ++sequence) writer->add(text(sequence));
  EXPECT_EQ(writer->finish(), 0U);
  const auto rows = database.rows();
  ASSERT_EQ(rows.size(), 95U);
  for (std::uint64_t index = 0; index < rows.size(); ++index) EXPECT_EQ(rows[index].position.sequence, index + 1);
  EXPECT_THAT(database.batches(), Each(Le(10U)));
  EXPECT_EQ(acked(), 95);
}

TEST_F(WriterTest, ALoneMessageIsWrittenAfterTheLinger) {
  const auto writer = make_writer(1'000, 1ms);
  writer->add(text(1));
  EXPECT_TRUE(wrote(1));
}

TEST_F(WriterTest, SettlesWhatIsNoMessageInItsPlace) {
  database.block(true);
  const auto writer = make_writer(10, 1h);
  for (const auto& pending : {text(1), skipped(2)}) writer->add(pending);
  writer->close(Clock::now() + 1h);
  EXPECT_TRUE(eventually(5s, [&] { return database.attempts() == 1; }));
  EXPECT_EQ(acked(), 0);
  database.block(false);
  EXPECT_EQ(writer->finish(), 0U);
  EXPECT_EQ(acked(), 2);
}

TEST_F(WriterTest, SaysWhatBecameOfTracedMessages) {
  const auto writer = make_writer(10);
  for (auto pending : {text(1), skipped(2), text(3)}) {
    if (pending.record.position.sequence < 3) pending.trace = Uuid{};
    writer->add(std::move(pending));
  }
  EXPECT_EQ(writer->finish(), 0U);
  EXPECT_THAT(hops, ElementsAre("stored in the database", "skipped"));
}

TEST_F(WriterTest, LosesNothingAndSettlesNothingWhileTheDatabaseIsAway) {
  database.fail(true);
  const auto writer = make_writer(2);
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) writer->add(text(sequence));
  EXPECT_TRUE(eventually(5s, [&] { return database.attempts() >= 3; }));
  for (const auto& one : delivered) EXPECT_TRUE(one->is_open());
  database.fail(false);
  EXPECT_TRUE(wrote(4));
  EXPECT_EQ(writer->finish(), 0U);
  EXPECT_EQ(acked(), 4);
  EXPECT_THAT(lines.str(), testing::HasSubstr("the database is away"));
}

TEST_F(WriterTest, SaysHowOldIsWhatIsNotStoredAndThatTheDatabaseIsAway) {
  const auto at = [](int second) { return common::TimePoint(std::chrono::seconds(1'790'000'000 + second)); };
  database.fail(true);
  const auto writer = make_writer(1);
  EXPECT_FALSE(writer->oldest().has_value());
  for (const std::uint64_t sequence : {7U, 3U, 5U}) {
    auto pending = text(sequence);
    pending.recorded_at = at(static_cast<int>(sequence));
    writer->add(std::move(pending));
    EXPECT_TRUE(eventually(5s, [&] { return database.attempts() >= 3; }));
  }
  EXPECT_EQ(writer->oldest(), at(3));
  const auto is_up = [&](const char* value) {
    return metrics.serialize().find(std::string("fanfare_persistence_database_up{for=\"writing\"} ") + value) !=
           std::string::npos;
  };
  EXPECT_TRUE(is_up("0"));
  database.fail(false);
  EXPECT_TRUE(eventually(5s, [&] { return !writer->oldest(); }));
  EXPECT_TRUE(is_up("1"));
  EXPECT_EQ(writer->finish(), 0U);
  EXPECT_THAT(lines.str(), testing::HasSubstr("the database answers again"));
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

TEST_F(WriterTest, RefusesTheMessageThatTheDatabaseRefusesAndStoresTheRest) {
  database.refuse("text 2");
  const auto writer = make_writer(10, 1h);
  for (const auto& pending : {text(1), text(2), text(3, 2), text(4)}) writer->add(pending);
  writer->close(Clock::now() + 1h);
  EXPECT_TRUE(wrote(2));
  EXPECT_EQ(writer->finish(), 0U);
  EXPECT_THAT(sequences(), ElementsAre(1, 3));
  EXPECT_EQ(delivered[1]->refused, 1);
  EXPECT_EQ(delivered[3]->given_back, 1);
  EXPECT_EQ(acked(), 2);
}

TEST_F(WriterTest, StoresNothingBehindARefusedMessageUntilTheBrokerHasTakenThatBack) {
  database.refuse("text 1");
  const auto writer = make_writer(1);
  writer->add(text(1));
  EXPECT_TRUE(eventually(5s, [&] { return delivered[0]->refused == 1; }));
  writer->add(text(2));  // was on its way
  EXPECT_TRUE(eventually(5s, [&] { return delivered[1]->given_back == 1; }));
  auto revoked = text(3);
  delivered[2]->is_revoked = true;
  database.block(true);  // so that these wait when the answer comes
  writer->add(text(9, 2));
  writer->add(std::move(revoked));
  writer->add(text(2));  // comes again: the first one is in the dead letters
  delivered[0]->answered = true;
  database.block(false);
  EXPECT_TRUE(wrote(2));
  EXPECT_EQ(writer->finish(), 0U);
  EXPECT_THAT(sequences(), ElementsAre(9, 2));
  EXPECT_EQ(delivered[2]->given_back, 1);
}

TEST_F(WriterTest, WritesAMessageThatWasRefusedWhenItComesAgainAndIsNot) {
  database.refuse("text 1");
  const auto writer = make_writer(1);
  writer->add(text(1));
  EXPECT_TRUE(eventually(5s, [&] { return delivered[0]->refused == 1; }));
  delivered[0]->answered = true;
  database.refuse("nothing");
  writer->add(text(1));
  EXPECT_TRUE(wrote(1));
  EXPECT_EQ(writer->finish(), 0U);
}

TEST_F(WriterTest, LetsGoOfWhatWasRevokedWhileItWaited) {
  database.fail(true);
  const auto writer = make_writer(1);
  writer->add(text(1));
  EXPECT_TRUE(eventually(5s, [&] { return database.attempts() >= 1; }));
  for (std::uint64_t sequence = 2; sequence <= 3; ++sequence) writer->add(text(sequence));
  for (const auto& one : delivered) one->is_revoked = true;
  writer->drop_revoked();
  for (std::uint64_t sequence = 1; sequence <= 2; ++sequence) writer->add(text(sequence));  // there is room again
  database.fail(false);
  EXPECT_TRUE(wrote(3));
  EXPECT_EQ(writer->finish(), 0U);
  EXPECT_THAT(sequences(), ElementsAre(1, 1, 2));
}

TEST_F(WriterTest, ClosedItWritesWhatItHasWithoutLingering) {
  const auto writer = make_writer(1'000, 1h);
  writer->add(text(1));
  writer->close(Clock::now() + 1h);
  EXPECT_TRUE(wrote(1));
  EXPECT_EQ(writer->finish(), 0U);
}

TEST_F(WriterTest, ClosedItHoldsWhatComesWithoutSettlingIt) {
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
  EXPECT_EQ(acked(), 3);
  for (std::size_t index = 3; index < delivered.size(); ++index) {
    EXPECT_TRUE(delivered[index]->is_open());
    EXPECT_EQ(delivered[index].use_count(), 2);
  }
}

TEST_F(WriterTest, AtTheDeadlineItHoldsWhatIsNotWrittenAndSaysHowManyThatAre) {
  database.fail(true);
  const auto writer = make_writer(2);
  for (std::uint64_t sequence = 1; sequence <= 4; ++sequence) writer->add(text(sequence));
  EXPECT_TRUE(eventually(5s, [&] { return database.attempts() >= 1; }));
  writer->close(Clock::now() + 20ms);
  EXPECT_EQ(writer->finish(), 4U);
  for (const auto& one : delivered) EXPECT_EQ(one.use_count(), 2);
}

}  // namespace
}  // namespace fanfare::workers::persistence
