#include "workers/common/delivery_keeper.hpp"

#include <algorithm>

namespace fanfare::workers::common {

DeliveryKeeper::DeliveryKeeper(std::chrono::milliseconds interval)
    : interval_(interval), thread_([this](const std::stop_token& stop) { run(stop); }) {}

void DeliveryKeeper::add(const Position& position, const std::shared_ptr<Delivery>& delivery) {
  const std::lock_guard lock(mutex_);
  while (!kept_.empty() && kept_.front().delivery.expired()) kept_.pop_front();
  kept_.push_back({position, delivery});
}

std::size_t DeliveryKeeper::size() const {
  const std::lock_guard lock(mutex_);
  return kept_.size();
}

void DeliveryKeeper::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait_for(lock, stop, interval_, [] { return false; });
    }
    for (const auto& delivery : due()) delivery->progress();  // not under the lock
  }
}

std::vector<std::shared_ptr<Delivery>> DeliveryKeeper::due() {
  std::vector<std::shared_ptr<Delivery>> held;  // so that none ends under the lock
  std::vector<std::shared_ptr<Delivery>> told;
  const std::lock_guard lock(mutex_);
  std::erase_if(kept_, [&](const Kept& one) {
    held.push_back(one.delivery.lock());
    return !held.back() || held.back()->revoked();
  });
  if (kept_.empty()) return told;
  kept_.front().was_told = true;
  std::ranges::min_element(kept_, {}, &Kept::position)->was_told = true;
  for (const Kept& one : kept_) {
    if (auto delivery = one.was_told ? one.delivery.lock() : nullptr) told.push_back(std::move(delivery));
  }
  return told;
}

}  // namespace fanfare::workers::common
