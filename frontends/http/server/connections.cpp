#include "frontends/http/server/connections.hpp"

#include <optional>

namespace fanfare::frontends::http {
namespace {

bool is_this_machine(const std::string& address) { return address == "127.0.0.1" || address == "::1"; }

}  // namespace

bool Connections::is_full() const {
  const std::lock_guard lock(mutex_);
  return open_.size() >= limits_.connections;
}

bool Connections::add(const std::shared_ptr<Connection>& connection) {
  if (is_full()) evict();
  const std::lock_guard lock(mutex_);
  if (open_.size() >= limits_.connections) return false;
  const auto known = per_address_.find(connection->address());
  if (known != per_address_.end() && known->second >= limits_.connections_per_address &&
      !is_this_machine(connection->address())) {
    return false;
  }
  if (open_.insert(connection).second) ++per_address_[connection->address()];
  return true;
}

void Connections::remove(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex_);
  if (open_.erase(connection) == 0) return;
  const auto known = per_address_.find(connection->address());
  if (--known->second == 0) per_address_.erase(known);
  left_.notify_all();
}

bool Connections::wait_empty(std::chrono::steady_clock::time_point deadline) {
  std::unique_lock lock(mutex_);
  return left_.wait_until(lock, deadline, [this] { return open_.empty(); });
}

std::vector<std::shared_ptr<Connection>> Connections::all() const {
  const std::lock_guard lock(mutex_);
  return {open_.begin(), open_.end()};
}

void Connections::evict() {
  std::shared_ptr<Connection> longest;
  std::optional<Connection::Clock::time_point> since;
  for (const auto& connection : all()) {
    const auto waits = connection->waits_since();
    if (waits && (!since || *waits < *since)) {
      longest = connection;
      since = waits;
    }
  }
  if (longest && longest->close_if_waiting().is_closed) remove(longest);
}

}  // namespace fanfare::frontends::http
