#include "workers/store/sqlite/sqlite_connection.hpp"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cassert>
#include <cerrno>
#include <cstring>

#include "runtime/data_dir/data_dir.hpp"
#include "runtime/process/file_descriptor.hpp"
#include "workers/store/sqlite/sqlite_error.hpp"
#include "workers/store/sqlite/sqlite_functions.hpp"

namespace fanfare::workers::store {
namespace {

using Clock = std::chrono::steady_clock;

/// Between two attempts to open a file that others open too.
constexpr std::chrono::milliseconds kPause{2};

/// Made before SQLite does, because it holds what only the owner may read; SQLite gives its other files the same mode.
/// A file that is there is not even opened: closing it would drop the locks of every connection of this process
/// (POSIX), and the next process to leave would take itself for the last one and delete the write-ahead log that we
/// write to.
runtime::Result<void> make_private_file(const std::filesystem::path& file) {
  if (const auto made = runtime::make_private_directory(file.parent_path()); !made) return made.error();
  const runtime::FileDescriptor made(::open(file.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, S_IRUSR | S_IWUSR));
  if (made.is_open() || (errno == EEXIST && ::access(file.c_str(), R_OK | W_OK) == 0)) return {};
  return runtime::Error{"database ", file.string(), ": cannot be opened: ", std::strerror(errno),
                        "; the file and its folder must belong to the user that runs fanfare"};
}

void configure(SQLite::Database& database) {
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  database.exec("PRAGMA foreign_keys = ON");
  add_functions(database);
}

std::unique_ptr<SQLite::Database> open_once(const std::filesystem::path& file, const SqliteOptions& options) {
  auto database = std::make_unique<SQLite::Database>(file.string(), SQLite::OPEN_READWRITE,
                                                     static_cast<int>(options.busy_timeout.count()));
  configure(*database);
  return database;
}

/// While it lives, SQL that says BEGIN, COMMIT or ROLLBACK is refused ("not authorized").
class OwnTransactionsOnly {
 public:
  explicit OwnTransactionsOnly(const SQLite::Database& database) : handle_(database.getHandle()) {
    sqlite3_set_authorizer(handle_, authorize, nullptr);
  }
  ~OwnTransactionsOnly() { sqlite3_set_authorizer(handle_, nullptr, nullptr); }
  OwnTransactionsOnly(const OwnTransactionsOnly&) = delete;
  OwnTransactionsOnly& operator=(const OwnTransactionsOnly&) = delete;

 private:
  static int authorize(void*, int action, const char*, const char*, const char*, const char*) {
    return action == SQLITE_TRANSACTION ? SQLITE_DENY : SQLITE_OK;
  }

  sqlite3* handle_;
};

}  // namespace

SQLite::Statement& SqliteTransaction::statement(std::string_view sql) {
  auto found = statements_.find(sql);
  if (found == statements_.end()) {
    std::string text(sql);
    SQLite::Statement compiled(database_, text);
    found = statements_.emplace(std::move(text), std::move(compiled)).first;
  } else {
    found->second.tryReset();
    found->second.clearBindings();
  }
  return found->second;
}

void SqliteTransaction::execute(const std::string& sql) {
  const OwnTransactionsOnly guard(database_);
  database_.exec(sql);
}

SqliteConnection::SqliteConnection(std::filesystem::path file, std::unique_ptr<SQLite::Database> database)
    : file_(std::move(file)), database_(std::move(database)) {}

runtime::Result<SqliteConnection> SqliteConnection::open(const std::filesystem::path& file,
                                                         const SqliteOptions& options) {
  if (options.create) {
    if (const auto made = make_private_file(file); !made) return made.error();
  }
  const auto deadline = Clock::now() + options.busy_timeout;
  while (true) {
    try {
      return SqliteConnection(file, open_once(file, options));
    } catch (const SQLite::Exception& failure) {
      // Turning WAL on needs the file alone, and of two that try at once SQLite tells one without waiting.
      const bool is_busy = failure.getErrorCode() == SQLITE_BUSY;
      if (!is_busy || Clock::now() >= deadline) return describe_failure(file, failure);
      std::this_thread::sleep_for(kPause);
    }
  }
}

runtime::Result<void> SqliteConnection::run_any(const char* begin, const AnyWork& work) {
  if (owner_ == std::thread::id()) owner_ = std::this_thread::get_id();
  assert(owner_ == std::this_thread::get_id());
  if (is_inside_) return run_inside(work);
  is_inside_ = true;
  is_spoiled_ = false;
  try {
    database_->exec(begin);
    SqliteTransaction transaction(*database_, statements_);
    runtime::Result<void> done = work(transaction);
    // A statement that was not read to its end would keep its view of the database open.
    for (auto& [sql, statement] : statements_) statement.tryReset();
    if (done && is_spoiled_) done = runtime::Error{"database ", file_.string(), ": a part of the change failed"};
    if (!done) {
      undo();
      return done;
    }
    database_->exec("COMMIT");
    is_inside_ = false;
    return {};
  } catch (const SQLite::Exception& failure) {
    const runtime::Error error = describe_failure(file_, failure);
    undo();
    return error;
  } catch (...) {
    undo();
    throw;
  }
}

runtime::Result<void> SqliteConnection::run_inside(const AnyWork& work) {
  try {
    SqliteTransaction transaction(*database_, statements_);
    runtime::Result<void> done = work(transaction);
    if (!done) is_spoiled_ = true;
    return done;
  } catch (const SQLite::Exception& failure) {
    is_spoiled_ = true;
    return describe_failure(file_, failure);
  } catch (...) {
    is_spoiled_ = true;
    throw;
  }
}

/// Some failures have ended the transaction already.
void SqliteConnection::undo() noexcept {
  is_inside_ = false;
  for (auto& [sql, statement] : statements_) statement.tryReset();
  if (sqlite3_get_autocommit(database_->getHandle()) == 0) database_->tryExec("ROLLBACK");
}

}  // namespace fanfare::workers::store
