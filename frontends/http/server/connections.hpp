#pragma once
// All open connections, with a bound in total and per address. Owned by the Server; may be used from any thread.
// Full: the one that waits longest for its client makes room, so idle connections can't lock others out.

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "frontends/http/server/connection.hpp"
#include "frontends/http/server/limits.hpp"

namespace fanfare::frontends::http {

class Connections {
 public:
  explicit Connections(const ServerLimits& limits) : limits_(limits) {}

  /// False if there is no room for it.
  [[nodiscard]] bool add(const std::shared_ptr<Connection>& connection);
  void remove(const std::shared_ptr<Connection>& connection);
  [[nodiscard]] std::vector<std::shared_ptr<Connection>> all() const;
  /// Waits until all have left; false at the deadline.
  bool wait_empty(std::chrono::steady_clock::time_point deadline);

 private:
  [[nodiscard]] bool is_full() const;
  void evict();

  const ServerLimits& limits_;
  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable left_;
  std::set<std::shared_ptr<Connection>> open_;
  std::map<std::string, std::size_t> per_address_;
};

}  // namespace fanfare::frontends::http
