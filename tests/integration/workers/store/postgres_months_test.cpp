// Partitions of messages: made when they are met, by whoever comes first, and ahead.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>

#include "tests/integration/workers/store/message_store_contract.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/postgres.hpp"
#include "workers/store/postgres/message_months.hpp"
#include "workers/store/postgres/postgres_message_store.hpp"

namespace fanfare::workers::store {
namespace {

using namespace std::chrono;
using common::TimePoint;
using testing::HasSubstr;

constexpr TimePoint at(int year_number, unsigned month_number, unsigned day_number) {
  return sys_days(year(year_number) / month(month_number) / day(day_number));
}

std::vector<ConversationRecord> one_record(std::uint8_t number, TimePoint sent_at) {
  ChatMessage one = message(number, number);
  one.sent_at = sent_at;
  return {{.conversation = one.conversation, .position = one.position, .message = one}};
}

class PostgresMonths : public testing::Test {
 protected:
  [[nodiscard]] std::string partitions() const {
    return database.value(
        "SELECT string_agg(c.relname, ' ' ORDER BY c.relname) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid "
        "WHERE i.inhparent = 'message'::regclass");
  }

  const test::PostgresTestDatabase database;
  PostgresPool pool{read_postgres_url(database.url()).value(), {.size = 10, .patience = test::patient(seconds(5))}};
  const std::unique_ptr<MessageStore> store = make_postgres_message_store(pool);
};

TEST(MonthOf, IsTheMonthInUtc) {
  EXPECT_EQ(month_of(at(2024, 2, 1)), (Month{at(2024, 2, 1), at(2024, 3, 1)}));
  EXPECT_EQ(month_of(at(2024, 3, 1) - milliseconds(1)), (Month{at(2024, 2, 1), at(2024, 3, 1)}));
  EXPECT_EQ(month_of(at(2023, 12, 31)), (Month{at(2023, 12, 1), at(2024, 1, 1)}));
  EXPECT_EQ(month_of(TimePoint{}), (Month{at(1970, 1, 1), at(1970, 2, 1)}));
}

TEST(MonthOf, IsNothingBefore1970AndFrom10000On) {
  EXPECT_EQ(month_of(TimePoint(milliseconds(-1))), std::nullopt);
  EXPECT_EQ(month_of(TimePoint::max()), std::nullopt);
  EXPECT_EQ(month_of(TimePoint::min()), std::nullopt);
  EXPECT_TRUE(month_of(at(9999, 12, 31)).has_value());
}

TEST_F(PostgresMonths, AreMadeAheadOnce) {
  EXPECT_EQ(store->prepare(at(2024, 11, 20), at(2025, 2, 1)).value(), 4U);
  EXPECT_EQ(partitions(), "message_2024_11 message_2024_12 message_2025_01 message_2025_02");
  EXPECT_EQ(store->prepare(at(2024, 12, 1), at(2025, 2, 28)).value(), 0U);
  EXPECT_TRUE(store->prepare(at(2024, 1, 1), at(2124, 1, 1)).has_error());
}

TEST_F(PostgresMonths, TenThatMeetANewMonthAtOnceAllStoreTheirs) {
  std::vector<std::future<runtime::Result<Appended>>> appends;
  for (std::uint8_t number = 1; number <= 10; ++number) {
    appends.push_back(std::async(std::launch::async, [this, number] {
      return make_postgres_message_store(pool)->append(one_record(number, at(2024, 5, 5)));
    }));
  }
  for (auto& append : appends) {
    const auto appended = append.get();
    ASSERT_TRUE(appended.has_value()) << appended.error().message;
    EXPECT_EQ(appended->stored, 1U);
  }
  EXPECT_EQ(partitions(), "message_2024_05");
}

TEST_F(PostgresMonths, HaveAllIndexesAndNoCheckOfTheirOwn) {
  ASSERT_TRUE(store->prepare(at(2024, 5, 1), at(2024, 5, 1)));
  EXPECT_EQ(database.value("SELECT count(*) FROM pg_index WHERE indrelid = 'message_2024_05'::regclass"), "4");
  EXPECT_EQ(
      database.value("SELECT count(*) FROM pg_constraint WHERE conrelid = 'message_2024_05'::regclass AND contype "
                     "= 'c'"),
      "0");
}

TEST_F(PostgresMonths, AreMadeWhileOthersReadAndWrite) {
  ASSERT_TRUE(store->append(one_record(1, at(2024, 5, 5))));
  PostgresSession session(pool);
  const auto held = session.write([&](PostgresTransaction& transaction) -> runtime::Result<std::size_t> {
    transaction.execute("SELECT count(*) FROM message");
    transaction.execute("UPDATE message SET client_id = 'touched'");
    return make_postgres_message_store(pool)->prepare(at(2024, 6, 1), at(2024, 6, 1));
  });
  EXPECT_EQ(held.value(), 1U);
}

TEST_F(PostgresMonths, OneThatWasDroppedIsMadeAgainAndLosesNoMessage) {
  ASSERT_TRUE(store->append(one_record(1, at(2024, 5, 5))));
  database.execute("DROP TABLE message_2024_05");
  const auto appended = store->append(one_record(2, at(2024, 5, 6))).value();
  EXPECT_EQ(appended.stored, 1U);
  EXPECT_TRUE(appended.left_out.empty());
}

TEST_F(PostgresMonths, AMessageOfNoMonthIsLeftOutAlone) {
  auto records = one_record(1, TimePoint::max());
  records.push_back({.conversation = kOtherRoom, .position = {kFirstEpoch, 2}});
  const auto appended = store->append(records).value();
  ASSERT_EQ(appended.left_out.size(), 1U);
  EXPECT_EQ(appended.left_out[0].index, 0U);
  EXPECT_THAT(appended.left_out[0].reason, HasSubstr("1970 to 9999"));
  EXPECT_EQ(database.value("SELECT count(*) FROM conversation_progress"), "1");
}

}  // namespace
}  // namespace fanfare::workers::store
