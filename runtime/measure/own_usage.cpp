#include "runtime/measure/own_usage.hpp"

#include <sys/resource.h>
#include <unistd.h>

namespace fanfare::runtime {
namespace {

std::chrono::microseconds duration_of(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

}  // namespace

ProcessUsage own_usage() {
  rusage used{};
  ::getrusage(RUSAGE_SELF, &used);
  const auto in_proc = usage_of(::getpid());
  return {.cpu = duration_of(used.ru_utime) + duration_of(used.ru_stime),
          .resident_bytes = in_proc ? in_proc->resident_bytes : 0};
}

}  // namespace fanfare::runtime
