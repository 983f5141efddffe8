#pragma once
// How often something may be tried under one name – to log in, whether the name exists or not; to get a link: so many
// times in a window. Shared by all threads of a process; each replica counts for itself. Promise: bounded. Of too many
// names the ones tried longest ago are forgotten; a try has to cost something, so that nobody can make it forget one
// name in time.

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <mutex>
#include <string>

#include "workers/common/time_point.hpp"

namespace fanfare::workers::common {

class Attempts {
 public:
  struct Limits {
    std::size_t tries = 10;
    std::chrono::milliseconds window = std::chrono::minutes(5);
    std::size_t names = 10'000;
  };

  explicit Attempts(Limits limits) : limits_(limits) {}

  /// Counts a try; false when there were too many. Counted before its outcome is known, so that tries at the same time
  /// are counted too.
  [[nodiscard]] bool admit(const std::string& name, TimePoint now);

  /// It was the right one: the name begins anew.
  void forget(const std::string& name);

 private:
  struct Tries {
    TimePoint since;
    std::size_t count = 0;
  };

  void make_room();

  const Limits limits_;
  std::mutex mutex_;  // guards all below
  std::map<std::string, Tries> tries_;
  std::deque<std::pair<TimePoint, std::string>> order_;  // each name at its `since`; may hold some that are gone
};

}  // namespace fanfare::workers::common
