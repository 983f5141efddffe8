#include "cli/connection/await.hpp"

#include <fanfare/subscription.hpp>

namespace fanfare::cli {

void await_ready(Waiter& waiter, const Registered& registered) {
  constexpr std::chrono::seconds kPatience{5};
  constexpr std::chrono::milliseconds kTick{2};
  const auto ready = registered.ready();
  const auto is_settled = [&ready] { return ready.wait_for(std::chrono::seconds(0)) == std::future_status::ready; };
  const auto deadline = Clock::now() + kPatience;
  while (!is_settled()) {  // a refusal does not wake the waiter
    const WaitEnd end = waiter.wait(Clock::now() + kTick, is_settled);
    if (end == WaitEnd::kSignaled) throw CommandFailure("", kInterrupted);
    if (end == WaitEnd::kDeadline && Clock::now() > deadline) throw CommandFailure("the broker does not answer");
  }
  ready.get();
}

}  // namespace fanfare::cli
