#include "tests/bench/load/pace.hpp"

#include <sys/prctl.h>
#include <time.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <exception>
#include <stop_token>
#include <thread>

#include "tests/bench/load/stage.hpp"
#include "tests/bench/load/usage.hpp"

namespace fanfare::load {
namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr auto kPatience = 100ms;
constexpr auto kStuckAfter = 10s;

void sleep_until(std::int64_t at_ns) {
  const timespec time{.tv_sec = at_ns / 1'000'000'000, .tv_nsec = at_ns % 1'000'000'000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nullptr) == EINTR) {
  }
}

/// Returns how many were published: `count`, unless the system stood still.
std::uint64_t publish_paced(Publisher& publisher, std::uint64_t rate, std::uint64_t count,
                            const std::stop_token& stop) {
  prctl(PR_SET_TIMERSLACK, 1);  // nanoseconds: waking late would bunch messages
  const auto begin = now_ns();
  for (std::uint64_t number = 1; number <= count; ++number) {
    const auto due = begin + static_cast<std::int64_t>(number * 1'000'000'000 / rate);
    sleep_until(due);
    publisher.progress();
    while (publisher.publish(number, 1) == 0) {
      if (stop.stop_requested()) return number - 1;
      auto item = publisher.interest();
      zmq_poll(&item, 1, 1);
      publisher.progress();
    }
    publisher.progress();
  }
  return count;
}

}  // namespace

Result run_paced(const Work& work, System& system) {
  Stage stage(work, system);
  const auto rate = static_cast<double>(work.rate);
  const auto warm_up = static_cast<std::uint64_t>(work.warm_up.count() * rate);
  const auto count = warm_up + static_cast<std::uint64_t>(work.measured.count() * rate);
  auto& inbox = stage.inbox(0);
  inbox.measure_latency_from(warm_up + 1);

  std::uint64_t published = 0;
  std::exception_ptr failure;
  std::jthread thread([&](const std::stop_token& stop) {
    try {
      published = publish_paced(stage.publisher(), work.rate, count, stop);
    } catch (...) {
      failure = std::current_exception();
    }
  });
  auto& subscriber = stage.subscriber(0);
  const auto receive_up_to = [&](std::uint64_t number) {
    for (auto last = Clock::now(); inbox.received() < number && Clock::now() - last < kStuckAfter;) {
      auto item = subscriber.interest();
      if (zmq_poll(&item, 1, kPatience.count()) <= 0) continue;
      subscriber.receive(inbox);
      last = Clock::now();
    }
  };
  receive_up_to(warm_up);
  const auto before = usage_now(work);
  receive_up_to(count);
  const auto after = usage_now(work);
  thread.request_stop();
  thread.join();
  if (failure) std::rethrow_exception(failure);

  // Those of the warm-up and some behind it may have come in one piece.
  const auto messages = inbox.received() - std::min(inbox.received(), warm_up);
  return {.messages = messages,
          .deliveries = messages,
          .seconds = after.at - before.at,
          .latency = inbox.latency(),
          .server_cpu = after.server_cpu - before.server_cpu,
          .server_memory_bytes = after.server_memory_bytes,
          .load_cpu = after.load_cpu - before.load_cpu,
          .complete = stage.complete(published) && published == count,
          .in_order = stage.in_order()};
}

}  // namespace fanfare::load
