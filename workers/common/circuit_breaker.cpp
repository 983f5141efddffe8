#include "workers/common/circuit_breaker.hpp"

#include <algorithm>
#include <utility>

namespace fanfare::workers::common {

CircuitBreaker::CircuitBreaker(Options options, runtime::Logger& log, runtime::Metrics& metrics)
    : options_(std::move(options)),
      log_(log),
      up_(metrics.gauge(options_.figure, "0 while the database does not answer.", {{"for", options_.purpose}})) {
  up_.set(1);
}

bool CircuitBreaker::may_try() {
  const std::lock_guard lock(mutex_);
  if (failures_ < options_.failures) return true;
  const auto now = options_.now();
  if (now < next_try_) return false;
  next_try_ = now + back_off_;
  return true;
}

void CircuitBreaker::succeeded() {
  std::chrono::milliseconds away{};
  {
    const std::lock_guard lock(mutex_);
    const bool was_open = failures_ >= options_.failures;
    failures_ = 0;
    if (!was_open) return;
    away = std::chrono::duration_cast<std::chrono::milliseconds>(options_.now() - open_since_);
    up_.set(1);
  }
  log_.info("the database answers again", {{"for", options_.purpose}, {"away_ms", away.count()}});
}

void CircuitBreaker::failed(std::string_view reason) {
  {
    const std::lock_guard lock(mutex_);
    ++failures_;
    if (failures_ < options_.failures) return;
    const bool opens = failures_ == options_.failures;
    const auto now = options_.now();
    back_off_ = opens ? options_.first_back_off : std::min(2 * back_off_, options_.longest_back_off);
    next_try_ = now + back_off_;
    if (!opens) return;
    open_since_ = now;
    up_.set(0);
  }
  log_.error("the database does not answer", {{"for", options_.purpose}, {"reason", reason}});
}

bool CircuitBreaker::is_open() const {
  const std::lock_guard lock(mutex_);
  return failures_ >= options_.failures;
}

}  // namespace fanfare::workers::common
