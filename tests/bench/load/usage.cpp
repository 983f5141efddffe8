#include "tests/bench/load/usage.hpp"

#include <sys/resource.h>

#include "runtime/measure/process_usage.hpp"

namespace fanfare::load {
namespace {

std::chrono::microseconds to_microseconds(const timeval& time) {
  return std::chrono::seconds(time.tv_sec) + std::chrono::microseconds(time.tv_usec);
}

}  // namespace

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
