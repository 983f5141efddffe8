#pragma once
// Waits for what the client says while signals are watched. Called on the main thread.

#include <chrono>
#include <future>

#include "cli/exit_code.hpp"
#include "cli/waiter.hpp"

namespace fanfare {
class Registered;
}

namespace fanfare::cli {

/// Until the broker has acknowledged `registered`, 5 s at most. Throws its refusal, or CommandFailure.
void await_ready(Waiter& waiter, const Registered& registered);

/// The future's value or exception; CommandFailure after a signal. The client ends its futures in time by itself, so
/// the waiting ends; it cannot wake the waiter, so the future is asked often.
template <class T>
T await(Waiter& waiter, std::future<T> future) {
  constexpr std::chrono::milliseconds kTick{2};
  while (future.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    if (waiter.wait(Clock::now() + kTick, [] { return false; }) == WaitEnd::kSignaled) {
      throw CommandFailure("", kInterrupted);
    }
  }
  return future.get();
}

}  // namespace fanfare::cli
