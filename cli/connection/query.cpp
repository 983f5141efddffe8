#include "cli/connection/query.hpp"

#include <chrono>
#include <future>

#include "cli/exit_code.hpp"

namespace fanfare::cli {

std::vector<Headers> query(Client& client, Waiter& waiter, QueryKind kind) {
  // The client fails a query in time by itself, so the waiting ends; it cannot wake the waiter, so it is asked often.
  constexpr std::chrono::seconds kTimeout{2};
  constexpr std::chrono::milliseconds kTick{2};
  auto rows = client.query(kind, kTimeout);
  while (rows.wait_for(std::chrono::seconds(0)) != std::future_status::ready) {
    if (waiter.wait(Clock::now() + kTick, [] { return false; }) == WaitEnd::kSignaled) {
      throw CommandFailure("", kInterrupted);
    }
  }
  return rows.get();
}

}  // namespace fanfare::cli
