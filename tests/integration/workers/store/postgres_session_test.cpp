// What a transaction on PostgreSQL promises, on a real server and through a gate that can be shut.
#include "workers/store/postgres/postgres_session.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <thread>

#include "tests/support/eventually.hpp"
#include "tests/support/postgres.hpp"

namespace fanfare::workers::store {
namespace {

using fanfare::test::patient;
using fanfare::test::PostgresTestDatabase;
using runtime::Error;
using runtime::Result;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

class PostgresSessionTest : public testing::Test {
 protected:
  PostgresSessionTest() { database.execute("CREATE TABLE thing (id integer PRIMARY KEY, text text)"); }

  Result<void> insert(PostgresSession& where, int id, const std::string& text = "x") {
    return where.write([&](PostgresTransaction& transaction) -> Result<void> {
      transaction.execute("INSERT INTO thing (id, text) VALUES ($1, $2)", id, text);
      return {};
    });
  }
  [[nodiscard]] std::string count() const { return database.value("SELECT count(*) FROM thing"); }

  const PostgresTestDatabase database;
  PostgresPool pool{read_postgres_url(database.url()).value(), {.size = 3, .patience = patient(seconds(2))}};
  PostgresSession session{pool};
};

TEST_F(PostgresSessionTest, AnErrorUndoesAllOfIt) {
  const Result<void> done = session.write([&](PostgresTransaction& transaction) -> Result<void> {
    transaction.execute("INSERT INTO thing VALUES (1, 'one')");
    return Error{"no"};
  });
  EXPECT_EQ(done.error().message, "no");
  EXPECT_EQ(count(), "0");
  EXPECT_TRUE(insert(session, 1));
  EXPECT_EQ(count(), "1");
}

TEST_F(PostgresSessionTest, APartThatFailedIsNotCommittedWithTheRest) {
  const Result<void> done = session.write([&](PostgresTransaction& transaction) -> Result<void> {
    transaction.execute("INSERT INTO thing VALUES (1, 'one')");
    const Result<void> part = session.write([](PostgresTransaction&) -> Result<void> { return Error{"part"}; });
    EXPECT_TRUE(part.has_error());
    return {};
  });
  EXPECT_TRUE(done.has_error());
  EXPECT_EQ(count(), "0");
}

TEST_F(PostgresSessionTest, WhatPostgresRefusesInAPartIsAnErrorThereAndUndoesAll) {
  EXPECT_TRUE(insert(session, 1));
  Result<void> part;
  const Result<void> done = session.write([&](PostgresTransaction& transaction) -> Result<void> {
    transaction.execute("INSERT INTO thing VALUES (2, 'two')");
    part = insert(session, 1);
    return {};
  });
  ASSERT_TRUE(part.has_error());
  EXPECT_THAT(part.error().message, HasSubstr("duplicate key"));
  ASSERT_TRUE(done.has_error());
  EXPECT_THAT(done.error().message, HasSubstr("duplicate key"));
  EXPECT_EQ(count(), "1");
}

TEST_F(PostgresSessionTest, AConflictInAPartIsTriedAgainFromTheBeginning) {
  int runs = 0;
  const auto done = session.write([&](PostgresTransaction&) -> Result<void> {
    ++runs;
    if (const Result<void> first = insert(session, 1); !first) return first;
    return session.write([&](PostgresTransaction& transaction) -> Result<void> {
      if (runs == 1) transaction.execute("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40P01'; END $$");
      return {};
    });
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(count(), "1");
}

TEST_F(PostgresSessionTest, WhatAnAttemptDidIsUndoneAlone) {
  const Result<void> done = session.write([&](PostgresTransaction& transaction) -> Result<void> {
    transaction.execute("INSERT INTO thing VALUES (1, 'one')");
    EXPECT_ANY_THROW(transaction.attempt([&] {
      transaction.execute("INSERT INTO thing VALUES (2, 'two')");
      transaction.execute("INSERT INTO thing VALUES (1, 'again')");
    }));
    EXPECT_ANY_THROW(
        transaction.attempt([&] { transaction.execute("INSERT INTO thing VALUES ($1, $2)", 1, "again"); }));
    transaction.execute("INSERT INTO thing VALUES ($1, $2)", 3, "three");
    return {};
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(count(), "2");
}

TEST_F(PostgresSessionTest, ATextIsStoredAsItIsOrRefused) {
  const std::string hostile = "'; DROP TABLE thing; -- \\ \" \n\t \xF0\x9F\x98\x80 \xE2\x80\xAE {NULL}";
  EXPECT_TRUE(insert(session, 1, hostile));
  const auto read = session.read([](PostgresTransaction& transaction) -> Result<std::string> {
    return text_in(transaction.execute("SELECT text FROM thing WHERE id = $1", 1)[0][0]);
  });
  EXPECT_EQ(read.value(), hostile);
  EXPECT_TRUE(insert(session, 2, std::string("a\0b", 3)).has_error());
  EXPECT_TRUE(insert(session, 3, "\xff").has_error());
  EXPECT_EQ(count(), "1");
}

TEST_F(PostgresSessionTest, ArraysHoldWhateverTextThereIs) {
  const std::vector<std::string> texts = {"", "NULL", "a,b", "\"", "\\", "{}", " ", "\n"};
  const auto read = session.read([&](PostgresTransaction& transaction) -> Result<std::vector<std::string>> {
    std::vector<std::string> back;
    for (const auto& row : transaction.execute("SELECT * FROM unnest($1::text[])", texts)) {
      back.push_back(text_in(row[0]));
    }
    return back;
  });
  EXPECT_EQ(read.value(), texts);
}

TEST_F(PostgresSessionTest, WritersThatNameATurnSeeWhatTheOneBeforeHasWritten) {
  constexpr int kWriters = 3;
  constexpr int kEach = 20;
  database.execute("INSERT INTO thing VALUES (1, '0')");
  std::vector<std::future<int>> writers;
  for (int writer = 0; writer < kWriters; ++writer) {
    writers.push_back(std::async(std::launch::async, [&] {
      PostgresSession own(pool, {.turn = 42});
      int failed = 0;
      for (int i = 0; i < kEach; ++i) {
        const auto done = own.write([](PostgresTransaction& transaction) -> Result<void> {
          const auto before = transaction.execute("SELECT text FROM thing WHERE id = 1")[0][0].as<int>();
          transaction.execute("UPDATE thing SET text = $1 WHERE id = 1", std::to_string(before + 1));
          return {};
        });
        if (!done) ++failed;
      }
      return failed;
    }));
  }
  for (auto& writer : writers) EXPECT_EQ(writer.get(), 0);
  EXPECT_EQ(database.value("SELECT text FROM thing"), std::to_string(kWriters * kEach));
}

TEST_F(PostgresSessionTest, AConflictIsTriedAgain) {
  int runs = 0;
  const auto done = session.write([&](PostgresTransaction& transaction) -> Result<void> {
    transaction.execute("INSERT INTO thing VALUES ($1, 'x')", ++runs);
    if (runs == 1) transaction.execute("DO $$ BEGIN RAISE EXCEPTION 'conflict' USING ERRCODE = '40001'; END $$");
    return {};
  });
  EXPECT_TRUE(done);
  EXPECT_EQ(runs, 2);
  EXPECT_EQ(count(), "1");
}

TEST_F(PostgresSessionTest, ConnectionsThatWereCutWhileIdleAreNoFailure) {
  EXPECT_TRUE(insert(session, 1));
  database.execute(
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
      " AND pid <> pg_backend_pid()");
  EXPECT_TRUE(insert(session, 2));
  EXPECT_EQ(count(), "2");
}

TEST_F(PostgresSessionTest, WhatIsCutInTheMiddleIsUndoneAndSaysWhy) {
  const Result<void> done = session.write([&](PostgresTransaction& transaction) -> Result<void> {
    transaction.execute("INSERT INTO thing VALUES (1, 'one')");
    database.execute(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = current_database()"
        " AND pid <> pg_backend_pid()");
    transaction.execute("INSERT INTO thing VALUES (2, 'two')");
    return {};
  });
  ASSERT_TRUE(done.has_error());
  EXPECT_THAT(done.error().message, HasSubstr("look whether it runs"));
  EXPECT_EQ(count(), "0");
}

TEST_F(PostgresSessionTest, AStatementThatTakesTooLongIsGivenUp) {
  PostgresSession hasty(pool, {.patience = milliseconds(200)});
  const auto done = hasty.write([](PostgresTransaction& transaction) -> Result<void> {
    transaction.execute("SELECT pg_sleep(60)");
    return {};
  });
  ASSERT_TRUE(done.has_error());
  EXPECT_THAT(done.error().message, HasSubstr("slow"));
}

TEST_F(PostgresSessionTest, WhoStandsStillInATurnLosesItToTheOthers) {
  PostgresSession still(pool, {.turn = 42, .patience = milliseconds(100)});
  const Result<void> done = still.write([&](PostgresTransaction& transaction) -> Result<void> {
    transaction.execute("INSERT INTO thing VALUES (1, 'one')");
    PostgresSession other(pool, {.turn = 42});
    EXPECT_TRUE(fanfare::test::eventually(seconds(10), [&] { return insert(other, 2).has_value(); }));
    transaction.execute("INSERT INTO thing VALUES (3, 'three')");
    return {};
  });
  EXPECT_TRUE(done.has_error());
  EXPECT_EQ(database.value("SELECT string_agg(id::text, ',') FROM thing"), "2");
}

TEST_F(PostgresSessionTest, WhoGetsNoConnectionInTimeIsToldSo) {
  PostgresPool small(read_postgres_url(database.url()).value(), {.size = 1, .patience = milliseconds(50)});
  const auto held = small.take();
  ASSERT_TRUE(held);
  PostgresSession other(small);
  const auto done = other.read([](PostgresTransaction&) -> Result<void> { return {}; });
  ASSERT_TRUE(done.has_error());
  EXPECT_THAT(done.error().message, HasSubstr("database.connections"));
}

TEST_F(PostgresSessionTest, NobodyThereIsAnErrorThatNamesTheDatabaseWithoutThePassword) {
  PostgresPool nowhere(read_postgres_url("postgresql://me:secret@127.0.0.1:1/fanfare").value(), {.size = 1});
  PostgresSession other(nowhere);
  const auto done = other.read([](PostgresTransaction&) -> Result<void> { return {}; });
  ASSERT_TRUE(done.has_error());
  EXPECT_THAT(done.error().message, HasSubstr("me@127.0.0.1:1/fanfare"));
  EXPECT_THAT(done.error().message, testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace fanfare::workers::store
