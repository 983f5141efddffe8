#include "cli/connection/ask.hpp"

#include <memory>
#include <mutex>
#include <optional>

#include "cli/exit_code.hpp"

namespace fanfare::cli {
namespace {

/// The client fails a request at its deadline by itself; this is for the case that it could not.
constexpr std::chrono::seconds kGrace{2};

struct Answer {
  std::mutex mutex;
  std::optional<Outcome<Reply>> outcome;  // guarded by mutex
};

}  // namespace

Reply ask(Client& client, Waiter& waiter, std::string_view topic, std::string_view payload,
          std::chrono::milliseconds timeout, RequestOptions options) {
  std::stop_source stop;
  options.stop = stop.get_token();
  const auto answer = std::make_shared<Answer>();
  client.request(topic, payload, timeout, options, [answer, &waiter](const Outcome<Reply>& outcome) {
    {
      const std::lock_guard lock(answer->mutex);
      answer->outcome = outcome;
    }
    waiter.wake();
  });
  const WaitEnd end = waiter.wait(Clock::now() + timeout + kGrace, [&answer] {
    const std::lock_guard lock(answer->mutex);
    return answer->outcome.has_value();
  });
  if (end == WaitEnd::kSignaled) {
    stop.request_stop();
    throw CommandFailure("", kInterrupted);
  }
  if (end == WaitEnd::kDeadline) throw Error(ErrorCode::deadline_exceeded);
  const std::lock_guard lock(answer->mutex);
  return answer->outcome->value();
}

}  // namespace fanfare::cli
