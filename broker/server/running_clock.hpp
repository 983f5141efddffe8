#pragma once
// Time as the broker lived it: while its process stood still – stopped, swapped out, without a processor – nobody could
// be heard, so leases and deadlines do not run on. Owned by the server's loop; its thread only.

#include <algorithm>
#include <chrono>

namespace fanfare::broker::server {

class RunningClock {
 public:
  using Time = std::chrono::microseconds;

  /// `most`: what a turn of the loop may take beyond what it waits; longer is standing still.
  explicit RunningClock(Time most) : most_(most) {}

  /// What `steady`, the machine's time, is here. Never falls.
  [[nodiscard]] Time at(Time steady) {
    if (last_ != Time::zero()) still_ += std::max(steady - last_ - planned_ - most_, Time::zero());
    last_ = steady;
    planned_ = Time::zero();
    return steady - still_;
  }

  /// The loop is about to wait, until then no at() comes.
  void will_wait(Time time) { planned_ = time; }

 private:
  Time most_;
  Time last_{0};
  Time planned_{0};
  Time still_{0};
};

}  // namespace fanfare::broker::server
