#pragma once
// Times as the workers keep and answer them: milliseconds in UTC.

#include <chrono>

#include "runtime/text/time_text.hpp"

namespace fanfare::workers::common {

using TimePoint = std::chrono::sys_time<std::chrono::milliseconds>;

using runtime::to_text;

inline TimePoint wall_clock() {
  return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

}  // namespace fanfare::workers::common
