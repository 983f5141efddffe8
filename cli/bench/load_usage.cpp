#include "cli/bench/load_usage.hpp"

#include <sched.h>
#include <time.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <string>
#include <thread>

namespace fanfare::cli {
namespace {

std::chrono::nanoseconds time_of(clockid_t clock) {
  timespec time{};
  ::clock_gettime(clock, &time);
  return std::chrono::seconds(time.tv_sec) + std::chrono::nanoseconds(time.tv_nsec);
}

}  // namespace

LoadUsage load_usage() {
  LoadUsage usage{.process = time_of(CLOCK_PROCESS_CPUTIME_ID), .threads = {}};
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator("/proc/self/task", error)) {
    const std::string name = entry.path().filename();
    pid_t thread = 0;
    std::from_chars(name.data(), name.data() + name.size(), thread);
    std::ifstream file(entry.path() / "schedstat");
    std::int64_t ran = 0;
    if (file >> ran) usage.threads.emplace(thread, ran);
  }
  return usage;
}

std::chrono::nanoseconds busiest(const LoadUsage& before, const LoadUsage& after) {
  std::chrono::nanoseconds most{};
  for (const auto& [thread, time] : after.threads) {
    const auto begun = before.threads.find(thread);
    if (begun != before.threads.end()) most = std::max(most, time - begun->second);
  }
  return most;
}

std::chrono::nanoseconds thread_time() { return time_of(CLOCK_THREAD_CPUTIME_ID); }

std::size_t usable_cores() {
  cpu_set_t set;
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return static_cast<std::size_t>(CPU_COUNT(&set));
  return std::max(1U, std::thread::hardware_concurrency());
}

}  // namespace fanfare::cli
