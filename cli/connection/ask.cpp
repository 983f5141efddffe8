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
  std::uint64_t parts = 0;                // guarded by mutex; that were handed over
};

}  // namespace

Reply ask(Client& client, Waiter& waiter, std::string_view topic, std::string_view payload,
          std::chrono::milliseconds timeout, RequestOptions options) {
  std::stop_source stop;
  options.stop = stop.get_token();
  const auto answer = std::make_shared<Answer>();
  if (options.on_part) {
    options.on_part = [answer, &waiter, on_part = std::move(options.on_part)](const Reply& part) {
      on_part(part);
      {
        const std::lock_guard lock(answer->mutex);
        ++answer->parts;
      }
      waiter.wake();
    };
  }
  client.request(topic, payload, timeout, options, [answer, &waiter](const Outcome<Reply>& outcome) {
    {
      const std::lock_guard lock(answer->mutex);
      answer->outcome = outcome;
    }
    waiter.wake();
  });
  std::uint64_t parts = 0;
  const auto has_come = [&answer, &parts] {
    const std::lock_guard lock(answer->mutex);
    return answer->outcome.has_value() || parts != answer->parts;
  };
  WaitEnd end = WaitEnd::kHappened;
  while (true) {
    end = waiter.wait(Clock::now() + timeout + kGrace, has_come);
    const std::lock_guard lock(answer->mutex);
    if (end != WaitEnd::kHappened || answer->outcome.has_value()) break;
    parts = answer->parts;
  }
  if (end == WaitEnd::kSignaled) {
    stop.request_stop();
    throw CommandFailure("", kInterrupted);
  }
  if (end == WaitEnd::kDeadline) throw Error(ErrorCode::deadline_exceeded);
  const std::lock_guard lock(answer->mutex);
  return answer->outcome->value();
}

}  // namespace fanfare::cli
