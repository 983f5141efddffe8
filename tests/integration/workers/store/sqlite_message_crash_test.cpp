// kill -9 in the middle of writing: what is there afterwards is whole batches, and how far the conversation is with
// them.
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>

#include "tests/integration/workers/store/message_database.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"
#include "workers/store/sqlite/sqlite_connection.hpp"
#include "workers/store/sqlite/sqlite_message_store.hpp"
#include "workers/store/sqlite/sqlite_migrations.hpp"

namespace fanfare::workers::store {
namespace {

constexpr std::uint64_t kBatch = 20;

std::vector<ConversationRecord> batch_after(std::uint64_t sequence) {
  std::vector<ConversationRecord> batch(kBatch);
  for (ConversationRecord& record : batch) {
    ++sequence;
    record.position = {test::uuid(1), sequence};
    ChatMessage& message = record.message.emplace();
    for (std::size_t byte = 0; byte < 8; ++byte) {
      message.id.bytes[15 - byte] = static_cast<std::uint8_t>(sequence >> (8 * byte));
    }
    message.position = record.position;
    message.text = std::string(2'000, 'x');
  }
  return batch;
}

[[noreturn]] void write_for_ever(const std::filesystem::path& file, std::uint64_t sequence) {
  const auto store = open_sqlite_message_store(file).value();
  for (;; sequence += kBatch) store->append(batch_after(sequence)).value();
}

std::uint64_t number(SqliteConnection& connection, const std::string& sql) {
  return connection
      .read([&](SqliteTransaction& transaction) -> runtime::Result<std::uint64_t> {
        auto& query = transaction.statement(sql);
        query.executeStep();
        return static_cast<std::uint64_t>(query.getColumn(0).getInt64());
      })
      .value();
}

TEST(SqliteMessageStoreCrash, LeavesWholeBatchesAndHowFarTheConversationIs) {
  const test::TemporaryFolder folder;
  const auto file = folder.path() / "fanfare.db";
  {
    SqliteConnection connection = SqliteConnection::open(file).value();
    ASSERT_TRUE(migrate(connection, sqlite_migrations()).has_value());
  }
  std::uint64_t before = 0;
  for (int round = 0; round < 5; ++round) {
    const pid_t writer = ::fork();
    ASSERT_GE(writer, 0);
    if (writer == 0) write_for_ever(file, before);
    SqliteConnection connection = SqliteConnection::open(file).value();
    const auto reached = [&] {
      return number(connection, "SELECT coalesce(max(sequence), 0) FROM conversation_progress");
    };
    EXPECT_TRUE(test::eventually(std::chrono::seconds(10), [&] { return reached() > before + kBatch; }));
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);

    before = reached();
    EXPECT_EQ(before % kBatch, 0U);
    EXPECT_EQ(number(connection, "SELECT count(*) FROM message"), before);
    EXPECT_EQ(number(connection, "SELECT max(sequence) FROM message"), before);
  }
}

}  // namespace
}  // namespace fanfare::workers::store
