#pragma once
// The only way to touch PostgreSQL: inside a transaction, on a connection that the pool lends for it.
// Owned and used by one thread at a time. libpqxx's exceptions end here, as errors that say what to do.
// Promise: a transaction is committed as a whole and on the server's disk when write() returns a value, and undone when
// it returns an error; whether a commit without an answer was one is found out afterwards, and the error says so if it
// can't be told. write() and read() in the work of a write() are part of its transaction: if one of them fails, all of
// it is undone.

#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <pqxx/result>
#include <pqxx/transaction>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "runtime/result.hpp"
#include "workers/common/new_id.hpp"
#include "workers/store/postgres/postgres_pool.hpp"
#include "workers/store/postgres/postgres_values.hpp"

namespace fanfare::workers::store {

/// Lent to the work of write() and read(), for as long as that runs. Throws what libpqxx throws.
class PostgresTransaction {
 public:
  PostgresTransaction(pqxx::dbtransaction& transaction, ConnectionDeadlines::Guard& guard,
                      std::chrono::milliseconds patience)
      : transaction_(&transaction), guard_(guard), patience_(patience) {}
  PostgresTransaction(const PostgresTransaction&) = delete;
  PostgresTransaction& operator=(const PostgresTransaction&) = delete;

  /// One statement; `sql` is a constant of the program, its $1, $2, … are the values (postgres_values.hpp).
  template <class... Values>
  pqxx::result execute(const std::string& sql, const Values&... values) {
    extend();
    if constexpr (sizeof...(values) == 0) {
      return transaction_->exec(sql);
    } else {
      return transaction_->exec_params(sql, to_parameter(values)...);
    }
  }

  /// The same for values in their text form, as many as there are.
  pqxx::result execute_with(const std::string& sql, const std::vector<std::string>& values) {
    extend();
    return transaction_->exec_params(sql, pqxx::prepare::make_dynamic_params(values));
  }

  /// Runs `part`, undoes what it did if it throws, and lets that go on: what was before stays. Only so may a statement
  /// fail (libpqxx ends a transaction in which one has).
  void attempt(const std::function<void()>& part);

 private:
  /// Each answer may take as long as the patience.
  void extend() { guard_.extend(ConnectionDeadlines::Clock::now() + patience_); }

  pqxx::dbtransaction* transaction_;  // the innermost
  ConnectionDeadlines::Guard& guard_;
  const std::chrono::milliseconds patience_;
};

struct PostgresSessionOptions {
  /// Writers that name the same lock take turns (pg_advisory_xact_lock), as all writers of a SQLite file do.
  std::optional<std::int64_t> turn = {};
  /// For each answer; else that of the pool.
  std::optional<std::chrono::milliseconds> patience = {};
  /// What it writes may be written twice: a commit without an answer is simply made again. Else each transaction leaves
  /// a mark (0005_transaction_marks.sql) that tells.
  bool repeatable = false;
};

class PostgresSession {
 public:
  explicit PostgresSession(PostgresPool& pool, const PostgresSessionOptions& options = {})
      : pool_(pool), options_(options) {}
  PostgresSession(const PostgresSession&) = delete;
  PostgresSession& operator=(const PostgresSession&) = delete;

  /// Runs `work(PostgresTransaction&)`, which returns a Result, and commits if that is a value. Undone if it is an
  /// error, if PostgreSQL fails, or if `work` throws anything else, which goes on. Read committed: what is read before
  /// it is written needs a turn, or FOR UPDATE. After a conflict with others it runs again, a few times.
  template <class Work>
  auto write(Work&& work) {
    return run(Kind::kWrite, std::forward<Work>(work));
  }

  /// The same for work that changes nothing: it sees one state of the database and blocks nobody.
  template <class Work>
  auto read(Work&& work) {
    return run(Kind::kRead, std::forward<Work>(work));
  }

  [[nodiscard]] const std::string& description() const { return pool_.description(); }

 private:
  enum class Kind { kWrite, kRead };
  using AnyWork = std::function<runtime::Result<void>(PostgresTransaction&)>;
  struct Attempt {
    runtime::Result<void> done;
    bool again = false;  ///< whether the same may work now
  };

  template <class Work>
  auto run(Kind kind, Work&& work) -> std::invoke_result_t<Work&, PostgresTransaction&> {
    std::optional<std::invoke_result_t<Work&, PostgresTransaction&>> outcome;
    const runtime::Result<void> ended = run_any(kind, [&](PostgresTransaction& transaction) -> runtime::Result<void> {
      outcome.emplace(work(transaction));
      if (!*outcome) return outcome->error();
      return {};
    });
    if (!ended) return ended.error();
    return *std::move(outcome);
  }

  runtime::Result<void> run_any(Kind kind, const AnyWork& work);
  runtime::Result<void> run_inside(const AnyWork& work);
  Attempt attempt(Kind kind, const AnyWork& work);
  runtime::Result<void> run_on(pqxx::dbtransaction& transaction, ConnectionDeadlines::Guard& guard,
                               const std::string& opening, const AnyWork& work);
  Attempt failed(PostgresPool::Lease& lease, const std::exception& failure, ConnectionDeadlines::Clock::duration time);
  Attempt doubtful(Kind kind, const std::exception& failure);
  runtime::Result<void> find_out(const std::exception& failure);
  [[nodiscard]] std::string mark(std::uint64_t number) const;
  [[nodiscard]] std::string opening(Kind kind) const;
  [[nodiscard]] std::chrono::milliseconds patience() const {
    return options_.patience.value_or(pool_.options().patience);
  }

  PostgresPool& pool_;
  const PostgresSessionOptions options_;
  PostgresTransaction* current_ = nullptr;                    ///< while one runs
  bool is_spoiled_ = false;                                   ///< part of it failed: it can't be committed
  std::exception_ptr inner_failure_;                          ///< what that was, if it was PostgreSQL
  bool has_begun_ = false;                                    ///< the work
  const Uuid writer_ = common::new_id(common::wall_clock());  ///< whose marks
  std::uint64_t number_ = 0;                                  ///< of its transactions that leave one
};

}  // namespace fanfare::workers::store
