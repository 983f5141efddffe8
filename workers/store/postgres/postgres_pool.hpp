#pragma once
// The connections of a process to PostgreSQL: opened when they are needed, at most so many at once, lent to one
// transaction at a time. Any thread; made by PostgresDatabase. Nothing of a transaction stays on a connection, so a
// PgBouncer in transaction mode may stand in between. Promises: who asks for a connection has one, or an error, at the
// end of its patience. While the server can't be reached one at a time tries, now and then, and the others have that
// one's error at once: nobody's threads are spent on waiting for it.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <memory>
#include <mutex>
#include <optional>
#include <pqxx/connection>
#include <string>
#include <vector>

#include "runtime/result.hpp"
#include "workers/store/postgres/connection_deadlines.hpp"
#include "workers/store/postgres/postgres_settings.hpp"

namespace fanfare::workers::store {

class PostgresPool {
 public:
  struct Options {
    std::size_t size = 8;
    std::chrono::milliseconds patience{2'000};  ///< for a free connection, and for each answer
  };

  /// A connection on loan. It goes back when this goes, unless it was dropped.
  class Lease {
   public:
    Lease(PostgresPool& pool, std::unique_ptr<pqxx::connection> connection, bool is_fresh);
    ~Lease();
    Lease(Lease&& other) noexcept;
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    Lease& operator=(Lease&&) = delete;

    [[nodiscard]] pqxx::connection& connection() { return *connection_; }
    /// False: it was idle, and the server may have gone meanwhile.
    [[nodiscard]] bool is_fresh() const { return is_fresh_; }
    /// It is of no more use.
    void drop() { connection_.reset(); }

   private:
    PostgresPool* pool_;
    std::unique_ptr<pqxx::connection> connection_;
    const bool is_fresh_;
  };

  PostgresPool(PostgresSettings settings, const Options& options);

  [[nodiscard]] runtime::Result<Lease> take();

  /// After one was found dead: the others that are idle are as old.
  void forget_idle();

  [[nodiscard]] const std::string& description() const { return settings_.description; }
  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] ConnectionDeadlines& deadlines() { return deadlines_; }

 private:
  struct Away {
    runtime::Error reason;
    std::chrono::steady_clock::time_point try_at;
    bool is_tried = false;  ///< somebody does it now
  };

  runtime::Result<Lease> open();
  void give_back(std::unique_ptr<pqxx::connection> connection);

  const PostgresSettings settings_;
  const Options options_;
  ConnectionDeadlines deadlines_;
  std::mutex mutex_;
  std::condition_variable freed_;
  std::size_t lent_ = 0;                                 // guarded by mutex_
  std::vector<std::unique_ptr<pqxx::connection>> idle_;  // guarded by mutex_
  std::optional<Away> away_;                             // guarded by mutex_
  std::chrono::steady_clock::time_point opened_at_{};    // guarded by mutex_; the last one
};

}  // namespace fanfare::workers::store
