#include "workers/store/postgres/postgres_pool.hpp"

#include <exception>
#include <utility>

#include "workers/store/postgres/postgres_error.hpp"

namespace fanfare::workers::store {

namespace {

using runtime::Error;
using runtime::Result;

/// Between two tries to reach a server that could not be reached.
constexpr std::chrono::milliseconds kRest{250};

/// It stays one connection: libpqxx would open another one in its place, unseen.
std::unique_ptr<pqxx::connection> connect(const std::string& settings) {
  auto connection = std::make_unique<pqxx::connection>(settings);
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  connection->inhibit_reactivation(true);
#pragma GCC diagnostic pop
  return connection;
}

}  // namespace

PostgresPool::Lease::Lease(PostgresPool& pool, std::unique_ptr<pqxx::connection> connection, bool is_fresh)
    : pool_(&pool), connection_(std::move(connection)), is_fresh_(is_fresh) {}

PostgresPool::Lease::Lease(Lease&& other) noexcept
    : pool_(std::exchange(other.pool_, nullptr)),
      connection_(std::move(other.connection_)),
      is_fresh_(other.is_fresh_) {}

PostgresPool::Lease::~Lease() {
  if (pool_ != nullptr) pool_->give_back(std::move(connection_));
}

PostgresPool::PostgresPool(PostgresSettings settings, const Options& options)
    : settings_(std::move(settings)), options_(options) {}

Result<PostgresPool::Lease> PostgresPool::take() {
  std::unique_lock lock(mutex_);
  if (!freed_.wait_for(lock, options_.patience, [this] { return lent_ < options_.size; })) {
    return Error{"database ", settings_.description, ": all ", std::to_string(options_.size),
                 " connections were busy for too long; try again later, or set database.connections higher"};
  }
  if (!idle_.empty()) {
    ++lent_;
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    return Lease(*this, std::move(connection), false);
  }
  if (away_) {
    if (away_->is_tried || std::chrono::steady_clock::now() < away_->try_at) return away_->reason;
    away_->is_tried = true;
  }
  ++lent_;
  lock.unlock();
  return open();
}

Result<PostgresPool::Lease> PostgresPool::open() {
  const auto began = std::chrono::steady_clock::now();
  try {
    auto connection = connect(settings_.connection);
    const std::lock_guard lock(mutex_);
    away_.reset();
    opened_at_ = std::chrono::steady_clock::now();
    return Lease(*this, std::move(connection), true);
  } catch (const std::exception& failure) {
    Error reason = describe_failure(settings_.description, failure);
    {
      const std::lock_guard lock(mutex_);
      // What has waited since before somebody else got through says nothing of now.
      if (began >= opened_at_) away_ = Away{reason, std::chrono::steady_clock::now() + kRest};
    }
    give_back(nullptr);
    return reason;
  }
}

void PostgresPool::forget_idle() {
  std::vector<std::unique_ptr<pqxx::connection>> idle;  // closed when the lock has gone
  const std::lock_guard lock(mutex_);
  idle.swap(idle_);
}

/// Nothing: it is of no more use.
void PostgresPool::give_back(std::unique_ptr<pqxx::connection> connection) {
  const std::lock_guard lock(mutex_);
  --lent_;
  if (connection) idle_.push_back(std::move(connection));
  freed_.notify_one();
}

}  // namespace fanfare::workers::store
