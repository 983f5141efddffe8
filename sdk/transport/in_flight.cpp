#include "sdk/transport/in_flight.hpp"

namespace fanfare::transport {

bool InFlight::try_acquire(std::size_t size, bool in_handler) {
  const auto before = unacknowledged_.fetch_add(size);
  const auto counted = before + (in_handler ? 0 : for_callbacks_.load());
  if (counted == 0 || counted + size <= bound_) return true;
  unacknowledged_.fetch_sub(size);
  return false;
}

bool InFlight::acquire(std::size_t size, std::chrono::milliseconds patience, bool in_handler) {
  if (try_acquire(size, in_handler)) return true;
  if (patience.count() <= 0 || closed_) return false;
  const auto deadline = std::chrono::steady_clock::now() + patience;
  std::unique_lock lock(mutex_);
  ++waiting_;
  bool acquired = false;
  // A failed try takes and gives back, which may hide room from another's try: so nobody sleeps for long.
  while (!(acquired = try_acquire(size, in_handler)) && !closed_ && std::chrono::steady_clock::now() < deadline) {
    changed_.wait_until(lock, std::min(deadline, std::chrono::steady_clock::now() + std::chrono::milliseconds(10)));
  }
  --waiting_;
  return acquired;
}

void InFlight::release(std::size_t size, bool for_callback) {
  if (for_callback) for_callbacks_.fetch_add(size);
  unacknowledged_.fetch_sub(size);
  tell();
}

void InFlight::called_back(std::size_t size) {
  for_callbacks_.fetch_sub(size);
  tell();
}

void InFlight::close() {
  closed_ = true;
  tell();
}

void InFlight::tell() {
  if (waiting_ == 0) return;
  const std::lock_guard lock(mutex_);
  changed_.notify_all();
}

}  // namespace fanfare::transport
