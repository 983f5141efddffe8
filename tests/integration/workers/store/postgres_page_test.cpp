// How much PostgreSQL looks at for a page of a conversation among many others of the same month.
#include <gtest/gtest.h>

#include "tests/support/eventually.hpp"
#include "tests/support/postgres.hpp"
#include "workers/store/postgres/postgres_message_store.hpp"

namespace fanfare::workers::store {
namespace {

using std::chrono::seconds;

constexpr auto kEpoch = "01000000-0000-0000-0000-000000000000";
constexpr std::uint64_t kMessages = 20'000;
constexpr std::uint64_t kConversations = 200;

Uuid conversation(std::uint8_t number) {
  Uuid id;
  id.bytes[15] = number;
  return id;
}

class PostgresPage : public testing::Test {
 protected:
  PostgresPage() {
    const std::string id = "lpad(to_hex(n % " + std::to_string(kConversations) + "), 32, '0')::uuid";
    const std::string messages = " FROM generate_series(1, " + std::to_string(kMessages) + ") n";
    database.execute("SELECT message_partition(0)");
    database.execute(
        "INSERT INTO message (epoch, sequence, sent_at, conversation_id, author_id, id, client_id, text, words)"
        " SELECT '" +
        std::string(kEpoch) + "', n, n, " + id +
        ", lpad('a', 32, '0')::uuid, lpad(to_hex(n), 32, '0')::uuid, '', 'text', ''" + messages);
    database.execute("INSERT INTO conversation_month (conversation_id, epoch, month, first_sequence) SELECT " + id +
                     ", '" + kEpoch + "', 0, min(n)" + messages + " GROUP BY 1");
    database.execute("INSERT INTO conversation (id, kind, created_at) SELECT DISTINCT " + id + ", 'room', 0" +
                     messages);
    database.execute(
        "INSERT INTO person (id, username, username_key, username_skeleton, display_name, display_key, "
        "created_at) VALUES (lpad('a', 32, '0')::uuid, 'ann', 'ann', 'ann', 'Ann', 'ann', 0)");
    database.execute(
        "INSERT INTO member (conversation_id, person_id, position, role) SELECT id, lpad('a', 32, '0')::uuid, 0, "
        "'member' FROM conversation");
    database.execute("ANALYZE");
  }

  /// Entries of the month's indexes and rows of its table that were looked at, as the server counts them.
  [[nodiscard]] std::uint64_t looked_at() const {
    return std::stoull("0" + database.value("SELECT sum(idx_tup_read) + (SELECT sum(seq_tup_read) FROM "
                                            "pg_stat_user_tables WHERE relname LIKE 'message_19%') "
                                            "FROM pg_stat_user_indexes WHERE relname LIKE 'message_19%'"));
  }

  const test::PostgresTestDatabase database;
};

TEST_F(PostgresPage, LooksAtLittleMoreThanTheMessagesItShows) {
  Uuid reader;
  reader.bytes[15] = 0xA;
  const Position middle{*Uuid::parse(kEpoch), kMessages / 2};
  const auto before = looked_at();
  {
    // The server counts when a connection has ended.
    PostgresPool pool(read_postgres_url(database.url()).value(), {.size = 1, .patience = test::patient(seconds(5))});
    const auto store = make_postgres_message_store(pool);
    const HistoryQuery page{.conversation = conversation(7), .reader = reader, .limit = 20};
    HistoryQuery before_middle = page;
    before_middle.before = middle;
    HistoryQuery after_middle = page;
    after_middle.after = middle;
    HistoryQuery around_middle = page;
    around_middle.around = middle;
    for (const auto& query : {page, before_middle, after_middle, around_middle}) {
      EXPECT_EQ(store->page(query).value().value().messages.size(), 20U);
    }
  }
  ASSERT_TRUE(test::eventually(seconds(30), [&] { return looked_at() > before; }));
  EXPECT_LT(looked_at() - before, 4 * 2 * kMessages / kConversations)
      << "the conversation has " << kMessages / kConversations;
}

}  // namespace
}  // namespace fanfare::workers::store
