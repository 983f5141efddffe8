#include "workers/store/postgres/postgres_session.hpp"

#include <algorithm>
#include <pqxx/except>
#include <pqxx/subtransaction>
#include <thread>
#include <utility>

#include "workers/store/postgres/postgres_error.hpp"

namespace fanfare::workers::store {
namespace {

using runtime::Error;
using runtime::Result;
using Clock = ConnectionDeadlines::Clock;
using std::chrono::milliseconds;
using ReadOnly = pqxx::transaction<pqxx::repeatable_read, pqxx::read_only>;

constexpr int kAttempts = 5;
/// Between two of them, times their number.
constexpr milliseconds kPause{10};
/// The server itself ends what takes too long; only if it does not, we do.
constexpr milliseconds kGrace{1'000};
/// What happens between two statements takes less, times the patience.
constexpr int kIdlePatience = 4;

}  // namespace

void PostgresTransaction::attempt(const std::function<void()>& part) {
  struct Inside {
    pqxx::dbtransaction*& current;
    pqxx::dbtransaction* const outer;
    ~Inside() { current = outer; }
  };
  extend();
  pqxx::subtransaction own(*transaction_);
  own.exec("SELECT");  // it begins with the first exec(), and exec_params() is none
  {
    const Inside inside{transaction_, transaction_};
    transaction_ = &own;
    part();
  }
  extend();
  own.commit();
}

Result<void> PostgresSession::run_any(Kind kind, const AnyWork& work) {
  if (current_ != nullptr) return run_inside(work);
  for (int number = 1;; ++number) {
    Attempt tried = attempt(kind, work);
    if (!tried.again || number == kAttempts) return std::move(tried.done);
    std::this_thread::sleep_for(number * kPause);
  }
}

Result<void> PostgresSession::run_inside(const AnyWork& work) {
  try {
    Result<void> done = work(*current_);
    if (!done) is_spoiled_ = true;
    return done;
  } catch (const pqxx::pqxx_exception& thrown) {
    is_spoiled_ = true;
    if (!inner_failure_) inner_failure_ = std::current_exception();
    return describe_failure(description(), thrown.base());
  } catch (...) {
    is_spoiled_ = true;
    throw;
  }
}

PostgresSession::Attempt PostgresSession::attempt(Kind kind, const AnyWork& work) {
  auto lease = pool_.take();
  if (!lease) return {lease.error()};
  pqxx::connection& connection = lease->connection();
  has_begun_ = false;
  ++number_;
  is_spoiled_ = false;
  inner_failure_ = nullptr;
  const auto began = Clock::now();
  try {
    // Before the transaction, whose end waits for the server, too.
    ConnectionDeadlines::Guard guard(pool_.deadlines(), connection.sock(), Clock::now() + patience() + kGrace);
    if (kind == Kind::kRead) {
      ReadOnly transaction(connection);
      return {run_on(transaction, guard, opening(kind), work)};
    }
    pqxx::work transaction(connection);
    return {run_on(transaction, guard, opening(kind), work)};
  } catch (const pqxx::in_doubt_error& failure) {
    lease->drop();
    pool_.forget_idle();
    return doubtful(kind, failure);
  } catch (const pqxx::pqxx_exception& thrown) {
    return failed(*lease, thrown.base(), Clock::now() - began);
  } catch (...) {
    lease->drop();  // whatever state it is in
    throw;
  }
}

Result<void> PostgresSession::run_on(pqxx::dbtransaction& transaction, ConnectionDeadlines::Guard& guard,
                                     const std::string& opening, const AnyWork& work) {
  struct Leave {
    PostgresTransaction*& current;
    ~Leave() { current = nullptr; }
  };
  transaction.exec(opening);
  has_begun_ = true;
  PostgresTransaction lent(transaction, guard, patience() + kGrace);
  const Leave leave{current_};
  current_ = &lent;
  Result<void> done = work(lent);
  if (inner_failure_) std::rethrow_exception(std::exchange(inner_failure_, nullptr));
  if (done && is_spoiled_) done = Error{"database ", description(), ": a part of the change failed"};
  guard.extend(Clock::now() + patience() + kGrace);
  if (done) {
    transaction.commit();
  } else {
    transaction.abort();
  }
  return done;
}

PostgresSession::Attempt PostgresSession::failed(PostgresPool::Lease& lease, const std::exception& failure,
                                                 Clock::duration time) {
  Attempt tried{describe_failure(description(), failure)};
  if (is_lost_connection(failure) || !lease.connection().is_open()) {
    // One that was idle for long may have been cut meanwhile. A server that stands still does so the second time, too.
    tried.again = !lease.is_fresh() && !has_begun_ && time < patience();
    lease.drop();
    pool_.forget_idle();
  } else {
    tried.again = is_conflict(failure);
  }
  return tried;
}

PostgresSession::Attempt PostgresSession::doubtful(Kind kind, const std::exception& failure) {
  if (kind == Kind::kWrite && !options_.repeatable) return {find_out(failure)};
  return {describe_failure(description(), failure), true};
}

/// By the mark that the transaction left if it was committed. To write it once more waits for the transaction, should
/// it still run. (The transaction's number tells nothing: after a crash another transaction may have got the same.)
Result<void> PostgresSession::find_out(const std::exception& failure) {
  const auto deadline = Clock::now() + 2 * patience();
  PostgresSession other(pool_, {.patience = patience(), .repeatable = true});
  while (true) {
    const auto last = other.write([&](PostgresTransaction& transaction) -> Result<std::uint64_t> {
      return count_in(transaction.execute(mark(0) + " at = mark.at RETURNING number")[0][0]);
    });
    if (last && *last == number_) return {};
    if (last) return Error{"database ", description(), ": the connection was lost before the commit, nothing was done"};
    if (Clock::now() >= deadline) {
      return Error{describe_failure(description(), failure).message, "; whether the change was made can't be told"};
    }
    std::this_thread::sleep_for(kPause);
  }
}

/// The statement without what it does if there is a mark of this writer.
std::string PostgresSession::mark(std::uint64_t number) const {
  return "INSERT INTO transaction_mark AS mark (writer, number, at) VALUES ('" + writer_.to_string() + "', " +
         std::to_string(number) + ", " + std::to_string(common::wall_clock().time_since_epoch().count()) +
         ") ON CONFLICT (writer) DO UPDATE SET";
}

/// One round trip, the mark with it. SET LOCAL, because what is set for a session would stay with a PgBouncer's.
std::string PostgresSession::opening(Kind kind) const {
  const std::string limit = std::to_string(patience().count());
  // Who holds locks and is gone without a word, or stands still, does so for a bounded time.
  const std::string idle_limit = std::to_string((kIdlePatience * patience()).count());
  std::string sql = "SET LOCAL statement_timeout = " + limit + "; SET LOCAL lock_timeout = " + limit +
                    "; SET LOCAL idle_in_transaction_session_timeout = " + idle_limit + "; ";
  if (kind == Kind::kRead) return sql;
  if (options_.turn) sql += "SELECT pg_advisory_xact_lock(" + std::to_string(*options_.turn) + "); ";
  return options_.repeatable ? sql : sql + mark(number_) + " number = excluded.number, at = excluded.at";
}

}  // namespace fanfare::workers::store
