#pragma once
// A connection to the SQLite database, and the only way to touch it: inside a transaction.
// Owned and used by one thread at a time (asserted: the one that used it first); each thread opens its own. Opened with
// WAL, synchronous=FULL, foreign keys and a busy timeout. SQLite's exceptions end here, as errors that say what to do.
// Promise: a transaction is committed as a whole and on the disk when write() returns a value, and undone otherwise.
// write() and read() in the work of a write() are part of its transaction: if one of them fails, all of it is undone.

#include <SQLiteCpp/Database.h>
#include <SQLiteCpp/Statement.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <type_traits>
#include <utility>

#include "runtime/result.hpp"

namespace fanfare::workers::store {

/// Lent to the work of write() and read(), for as long as that runs.
class SqliteTransaction {
 public:
  using Statements = std::map<std::string, SQLite::Statement, std::less<>>;

  SqliteTransaction(SQLite::Database& database, Statements& statements)
      : database_(database), statements_(statements) {}
  SqliteTransaction(const SqliteTransaction&) = delete;
  SqliteTransaction& operator=(const SqliteTransaction&) = delete;

  /// Compiled once per connection and kept: `sql` is a constant of the program, values are bound. Reset and without
  /// bindings; asking for the same text again in one transaction takes back what the first one was doing.
  SQLite::Statement& statement(std::string_view sql);

  /// Several statements at once, without parameters. One that would begin or end a transaction is refused. Makes SQLite
  /// compile the kept statements again: for changes of the schema, not for every day.
  void execute(const std::string& sql);

 private:
  SQLite::Database& database_;
  Statements& statements_;
};

struct SqliteOptions {
  std::chrono::milliseconds busy_timeout{5'000};  ///< how long a transaction waits for those of others
  bool create = true;                             ///< whether a missing file (and its folder) is made
};

class SqliteConnection {
 public:
  [[nodiscard]] static runtime::Result<SqliteConnection> open(const std::filesystem::path& file,
                                                              const SqliteOptions& options = {});

  /// Runs `work(SqliteTransaction&)`, which returns a Result, alone among all writers (BEGIN IMMEDIATE), and commits if
  /// that is a value. Undone if it is an error, if SQLite fails, or if `work` throws anything else, which goes on.
  /// Blocks up to the busy timeout; what it then says means "later".
  template <class Work>
  auto write(Work&& work) {
    return run("BEGIN IMMEDIATE", std::forward<Work>(work));
  }

  /// The same for work that changes nothing: it sees one state of the database and blocks nobody.
  template <class Work>
  auto read(Work&& work) {
    return run("BEGIN DEFERRED", std::forward<Work>(work));
  }

 private:
  using AnyWork = std::function<runtime::Result<void>(SqliteTransaction&)>;

  SqliteConnection(std::filesystem::path file, std::unique_ptr<SQLite::Database> database);

  template <class Work>
  auto run(const char* begin, Work&& work) -> std::invoke_result_t<Work&, SqliteTransaction&> {
    std::optional<std::invoke_result_t<Work&, SqliteTransaction&>> outcome;
    const runtime::Result<void> ended = run_any(begin, [&](SqliteTransaction& transaction) -> runtime::Result<void> {
      outcome.emplace(work(transaction));
      if (!*outcome) return outcome->error();
      return {};
    });
    if (!ended) return ended.error();
    return *std::move(outcome);
  }

  runtime::Result<void> run_any(const char* begin, const AnyWork& work);
  runtime::Result<void> run_inside(const AnyWork& work);
  void undo() noexcept;

  std::filesystem::path file_;
  std::unique_ptr<SQLite::Database> database_;
  SqliteTransaction::Statements statements_;  // before the database goes
  std::thread::id owner_;
  bool is_inside_ = false;   ///< a transaction
  bool is_spoiled_ = false;  ///< part of it failed: it can't be committed
};

}  // namespace fanfare::workers::store
