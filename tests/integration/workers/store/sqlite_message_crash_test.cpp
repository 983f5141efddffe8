// kill -9 in the middle of writing: what is there afterwards is whole batches, and the position that belongs to them.
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

std::vector<ChatMessage> batch_after(std::uint64_t sequence) {
  std::vector<ChatMessage> batch(kBatch);
  for (ChatMessage& message : batch) {
    ++sequence;
    for (std::size_t byte = 0; byte < 8; ++byte) {
      message.id.bytes[15 - byte] = static_cast<std::uint8_t>(sequence >> (8 * byte));
    }
    message.position = {test::uuid(1), sequence};
    message.text = std::string(2'000, 'x');
  }
  return batch;
}

[[noreturn]] void write_for_ever(const std::filesystem::path& file) {
  const auto store = open_sqlite_message_store(file).value();
  for (std::uint64_t sequence = store->reached().value().value_or(Position{}).sequence;; sequence += kBatch) {
    const auto batch = batch_after(sequence);
    store->append(batch, batch.back().position).value();
  }
}

TEST(SqliteMessageStoreCrash, LeavesWholeBatchesAndTheirPosition) {
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
    if (writer == 0) write_for_ever(file);
    const auto store = open_sqlite_message_store(file).value();
    const auto reached = [&] { return store->reached().value().value_or(Position{}).sequence; };
    EXPECT_TRUE(test::eventually(std::chrono::seconds(10), [&] { return reached() > before + kBatch; }));
    ::kill(writer, SIGKILL);
    ::waitpid(writer, nullptr, 0);

    before = reached();
    EXPECT_EQ(before % kBatch, 0U);
    SqliteConnection connection = SqliteConnection::open(file).value();
    const auto rows = connection.read([](SqliteTransaction& transaction) -> runtime::Result<std::pair<int, int>> {
      auto& query = transaction.statement("SELECT count(*), max(sequence) FROM message");
      query.executeStep();
      return std::pair(query.getColumn(0).getInt(), query.getColumn(1).getInt());
    });
    EXPECT_EQ(rows.value(), (std::pair(static_cast<int>(before), static_cast<int>(before))));
  }
}

}  // namespace
}  // namespace fanfare::workers::store
