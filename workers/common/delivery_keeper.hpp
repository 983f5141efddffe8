#pragma once
// Says again and again of what waits for the database that it still does, so that nothing fails because the database is
// slow or away. Owned by the service; a thread of its own, add() from any. Promise: the delivery that has waited
// longest and the one with the lowest position – one of them is what the broker takes for being handled – are told of
// within each interval, and so is whatever was once told of, until it is settled. Holds nothing alive.

#include <fanfare/position.hpp>

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <memory>
#include <mutex>
#include <stop_token>
#include <thread>
#include <vector>

#include "workers/common/delivery.hpp"

namespace fanfare::workers::common {

class DeliveryKeeper {
 public:
  explicit DeliveryKeeper(std::chrono::milliseconds interval);
  DeliveryKeeper(const DeliveryKeeper&) = delete;
  DeliveryKeeper& operator=(const DeliveryKeeper&) = delete;

  /// In the order they came. Kept until the last owner lets go of it.
  void add(const Position& position, const std::shared_ptr<Delivery>& delivery);

  /// How many it knows of: at most those that are not settled and those settled behind one that is not.
  [[nodiscard]] std::size_t size() const;

 private:
  struct Kept {
    Position position;
    std::weak_ptr<Delivery> delivery;
    bool was_told = false;  ///< that has a deadline of its own since
  };

  void run(const std::stop_token& stop);
  std::vector<std::shared_ptr<Delivery>> due();

  const std::chrono::milliseconds interval_;
  mutable std::mutex mutex_;  // guards the deque
  std::condition_variable_any changed_;
  std::deque<Kept> kept_;
  std::jthread thread_;  // last, so that it is joined before the rest goes
};

}  // namespace fanfare::workers::common
