#include "workers/store/sqlite/sqlite_connection.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <future>
#include <stdexcept>
#include <vector>

#include "tests/unit/runtime/support/temporary_folder.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Error;
using runtime::Result;
using std::chrono::milliseconds;
using testing::AllOf;
using testing::HasSubstr;

class SqliteConnectionTest : public testing::Test {
 protected:
  [[nodiscard]] SqliteConnection open(const SqliteOptions& options = {}) const {
    return SqliteConnection::open(file, options).value();
  }

  static Result<void> execute(SqliteConnection& connection, const std::string& sql) {
    return connection.write([&](SqliteTransaction& transaction) -> Result<void> {
      transaction.execute(sql);
      return {};
    });
  }

  static int ask(SqliteConnection& connection, const std::string& sql) {
    return connection
        .read([&](SqliteTransaction& transaction) -> Result<int> {
          auto& query = transaction.statement(sql);
          query.executeStep();
          return query.getColumn(0).getInt();
        })
        .value();
  }

  const test::TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "data" / "fanfare.db";
};

TEST_F(SqliteConnectionTest, MakesAFileThatOnlyItsOwnerReads) {
  SqliteConnection connection = open();
  ASSERT_TRUE(execute(connection, "CREATE TABLE t (n INTEGER)").has_value());
  using std::filesystem::perms;
  for (const char* name : {"fanfare.db", "fanfare.db-wal", "fanfare.db-shm"}) {
    const auto permissions = std::filesystem::status(file.parent_path() / name).permissions();
    EXPECT_EQ(permissions, perms::owner_read | perms::owner_write) << name;
  }
  EXPECT_EQ(std::filesystem::status(file.parent_path()).permissions(), perms::owner_all);
}

TEST_F(SqliteConnectionTest, AnotherConnectionOfTheProcessDoesNotTakeAwayTheLockOfTheFirst) {
  // Made first: SQLite must not be carried through a fork.
  std::array<int, 2> start{};
  ASSERT_EQ(::pipe(start.data()), 0);
  const pid_t visitor = ::fork();
  ASSERT_GE(visitor, 0);
  if (visitor == 0) {
    char byte = 0;
    if (::read(start[0], &byte, 1) != 1) ::_exit(1);
    { const SqliteConnection connection = open({.create = false}); }  // who leaves last deletes the write-ahead log
    ::_exit(0);
  }
  SqliteConnection first = open();
  ASSERT_TRUE(execute(first, "CREATE TABLE t (n INTEGER)").has_value());
  const SqliteConnection second = open();
  ASSERT_EQ(::write(start[1], "x", 1), 1);
  int status = 0;
  ASSERT_EQ(::waitpid(visitor, &status, 0), visitor);
  EXPECT_EQ(status, 0);
  EXPECT_TRUE(std::filesystem::exists(file.string() + "-wal"));
  ::close(start[0]);
  ::close(start[1]);
}

TEST_F(SqliteConnectionTest, WritesSurviveAPowerCutAndForeignKeysHold) {
  SqliteConnection connection = open();
  constexpr int kFull = 2;
  EXPECT_EQ(ask(connection, "PRAGMA synchronous"), kFull);
  EXPECT_EQ(ask(connection, "PRAGMA foreign_keys"), 1);
  EXPECT_EQ(ask(connection, "SELECT journal_mode = 'wal' FROM pragma_journal_mode"), 1);
}

TEST_F(SqliteConnectionTest, AnErrorUndoesTheTransaction) {
  SqliteConnection connection = open();
  ASSERT_TRUE(execute(connection, "CREATE TABLE t (n INTEGER)").has_value());
  const auto refused = connection.write([](SqliteTransaction& transaction) -> Result<int> {
    transaction.execute("INSERT INTO t VALUES (1)");
    return Error{"no"};
  });
  EXPECT_EQ(refused.error().message, "no");
  EXPECT_THROW(connection.write([](SqliteTransaction& transaction) -> Result<int> {
    transaction.execute("INSERT INTO t VALUES (2)");
    throw std::logic_error("a defect");
  }),
               std::logic_error);
  const auto failed = execute(connection, "INSERT INTO t VALUES (3); INSERT INTO missing VALUES (1)");
  EXPECT_THAT(failed.error().message, AllOf(HasSubstr(file.string()), HasSubstr("missing")));
  EXPECT_EQ(ask(connection, "SELECT count(*) FROM t"), 0);
}

TEST_F(SqliteConnectionTest, AStatementThatWasNotReadToItsEndHoldsNothing) {
  SqliteConnection reader = open();
  SqliteConnection writer = open();
  ASSERT_TRUE(execute(writer, "CREATE TABLE t (n INTEGER); INSERT INTO t VALUES (1), (2)").has_value());
  EXPECT_EQ(ask(reader, "SELECT n FROM t ORDER BY n"), 1);
  ASSERT_TRUE(execute(writer, "DELETE FROM t WHERE n = 1").has_value());
  EXPECT_EQ(ask(reader, "SELECT n FROM t ORDER BY n"), 2);
}

TEST_F(SqliteConnectionTest, AWriterThatWaitsTooLongIsToldToTryLater) {
  SqliteConnection first = open();
  SqliteConnection second = open({.busy_timeout = milliseconds(10)});
  const auto outcome = first.write([&](SqliteTransaction&) -> Result<std::string> {
    const auto refused = execute(second, "CREATE TABLE t (n INTEGER)");
    return refused ? std::string() : refused.error().message;
  });
  EXPECT_THAT(outcome.value(), HasSubstr("try again later"));
  EXPECT_TRUE(execute(second, "CREATE TABLE t (n INTEGER)").has_value());
}

TEST_F(SqliteConnectionTest, ReadersAreNotHeldUpByAWriter) {
  SqliteConnection writer = open();
  SqliteConnection reader = open({.busy_timeout = milliseconds(0)});
  ASSERT_TRUE(execute(writer, "CREATE TABLE t (n INTEGER)").has_value());
  const auto seen = writer.write([&](SqliteTransaction& transaction) -> Result<int> {
    transaction.execute("INSERT INTO t VALUES (1)");
    return ask(reader, "SELECT count(*) FROM t");
  });
  EXPECT_EQ(seen.value(), 0);
  EXPECT_EQ(ask(reader, "SELECT count(*) FROM t"), 1);
}

TEST_F(SqliteConnectionTest, ManyMayOpenANewFileAtOnce) {
  std::vector<std::future<Result<void>>> openings;
  for (int index = 0; index < 8; ++index) {
    openings.push_back(std::async(std::launch::async, [this]() -> Result<void> {
      auto connection = SqliteConnection::open(file);
      if (!connection) return connection.error();
      return execute(*connection, "CREATE TABLE IF NOT EXISTS t (n INTEGER)");
    }));
  }
  for (auto& opening : openings) {
    const Result<void> opened = opening.get();
    EXPECT_TRUE(opened.has_value()) << opened.error().message;
  }
}

TEST_F(SqliteConnectionTest, AFileThatIsNoDatabaseIsNamedWithWhatToDo) {
  const auto broken = folder.write("broken.db", std::string(5000, 'x'));
  const auto connection = SqliteConnection::open(broken);
  ASSERT_TRUE(connection.has_error());
  EXPECT_THAT(connection.error().message, AllOf(HasSubstr(broken.string()), HasSubstr("backup")));
}

TEST_F(SqliteConnectionTest, AFileThatIsMissingIsMadeOnlyWhenAskedTo) {
  EXPECT_TRUE(SqliteConnection::open(file, {.create = false}).has_error());
  EXPECT_FALSE(std::filesystem::exists(file));
}

}  // namespace
}  // namespace fanfare::workers::store
