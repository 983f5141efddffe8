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
  transaction_id_.clear();
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
    return {find_out(failure)};
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
  transaction_id_ = transaction.exec(opening)[0][0].c_str();
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
    tried.again = !lease.is_fresh() && transaction_id_.empty() && time < patience();
    lease.drop();
    pool_.forget_idle();
  } else {
    tried.again = is_conflict(failure);
  }
  return tried;
}

/// PostgreSQL keeps the outcome of each transaction for a long time (documentation, 9.27.8).
Result<void> PostgresSession::find_out(const std::exception& failure) {
  const auto deadline = Clock::now() + 2 * patience();
  PostgresSession other(pool_);
  while (true) {
    const auto status = other.read([&](PostgresTransaction& transaction) -> Result<std::string> {
      const auto rows = transaction.execute("SELECT coalesce(pg_xact_status($1::xid8), '')", transaction_id_);
      return text_in(rows[0][0]);
    });
    if (status && *status == "committed") return {};
    if (status && *status == "aborted") {
      return Error{"database ", description(), ": the connection was lost before the commit, nothing was done"};
    }
    if (Clock::now() >= deadline || (status && status->empty())) {
      return Error{describe_failure(description(), failure).message, "; whether the change was made can't be told"};
    }
    std::this_thread::sleep_for(kPause);
  }
}

/// One round trip. SET LOCAL, because what is set for a session would stay with a PgBouncer's.
std::string PostgresSession::opening(Kind kind) const {
  const std::string limit = std::to_string(patience().count());
  // Who holds locks and is gone without a word, or stands still, does so for a bounded time.
  const std::string idle_limit = std::to_string((kIdlePatience * patience()).count());
  std::string sql = "SET LOCAL statement_timeout = " + limit + "; SET LOCAL lock_timeout = " + limit +
                    "; SET LOCAL idle_in_transaction_session_timeout = " + idle_limit + "; ";
  if (kind == Kind::kRead) return sql + "SELECT 'read'";
  if (options_.turn) sql += "SELECT pg_advisory_xact_lock(" + std::to_string(*options_.turn) + "); ";
  return sql + "SELECT pg_current_xact_id()::text";
}

}  // namespace fanfare::workers::store
