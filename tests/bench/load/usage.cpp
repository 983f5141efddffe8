#include "tests/bench/load/usage.hpp"

#include <sched.h>
#include <sys/resource.h>

#include <fstream>
#include <optional>

#include "runtime/measure/process_usage.hpp"

namespace fanfare::load {
namespace {

std::chrono::microseconds to_microseconds(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

std::optional<double> number_in(const char* path) {
  std::ifstream file(path);
  double number = 0;
  if (!(file >> number)) return std::nullopt;
  return number;
}

}  // namespace

double available_share() {
  if (sched_getscheduler(0) == SCHED_OTHER) return 1;
  const auto runtime = number_in("/proc/sys/kernel/sched_rt_runtime_us");
  const auto period = number_in("/proc/sys/kernel/sched_rt_period_us");
  if (!runtime || !period || *runtime <= 0 || *period < *runtime) return 1;
  return *runtime / *period;
}

Usage usage_now(const Work& work) {
  Usage usage;
  for (const auto process : work.server_processes) {
    const auto one = runtime::usage_of(process).value();
    usage.server_cpu += one.cpu;
    usage.server_memory_bytes += one.resident_bytes;
  }
  rusage own{};
  getrusage(RUSAGE_SELF, &own);
  usage.load_cpu = to_microseconds(own.ru_utime) + to_microseconds(own.ru_stime);
  usage.at = std::chrono::steady_clock::now();
  return usage;
}

}  // namespace fanfare::load
