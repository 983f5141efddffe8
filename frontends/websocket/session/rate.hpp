#pragma once
// A token bucket: a burst at once, then so much a second. One thread; time comes from outside.

#include <algorithm>
#include <chrono>

namespace fanfare::frontends::websocket::session {

class Rate {
 public:
  using Time = std::chrono::steady_clock::time_point;

  Rate(double burst, double per_second, Time now) : burst_(burst), per_second_(per_second), left_(burst), at_(now) {}

  /// False, and nothing taken, when there is not enough.
  bool take(Time now) {
    refill(now);
    if (left_ < 1) return false;
    left_ -= 1;
    return true;
  }

  /// Takes it in any case; how long to wait until the debt is paid.
  std::chrono::milliseconds owe(double amount, Time now) {
    refill(now);
    left_ -= amount;
    return std::chrono::milliseconds(left_ >= 0 ? 0 : static_cast<long>(-left_ / per_second_ * 1000) + 1);
  }

 private:
  void refill(Time now) {
    left_ = std::min(burst_, left_ + per_second_ * std::chrono::duration<double>(now - at_).count());
    at_ = now;
  }

  double burst_;
  double per_second_;
  double left_;
  Time at_;
};

}  // namespace fanfare::frontends::websocket::session
