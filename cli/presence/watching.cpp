#include "cli/presence/watching.hpp"

#include <iostream>

#include "cli/exit_code.hpp"
#include "cli/format/json.hpp"
#include "cli/format/text.hpp"

namespace fanfare::cli {
namespace {

/// The first snapshot may hold many keys.
constexpr std::chrono::seconds kWatchDeadline{30};

}  // namespace

void Watching::begin(Client& client) {
  watch_.emplace(client.watch_presence(options_.pattern, [this](const PresenceChange& change) { on_change(change); },
                                       {.on_complete = [this](bool settling) { on_complete(settling); },
                                        .on_error = [this](const Error& error) { on_error(error); }}));
  const WaitEnd end = waiter_.wait(Clock::now() + kWatchDeadline, [this] {
    const std::lock_guard lock(mutex_);
    return complete_ || error_;
  });
  if (end == WaitEnd::kSignaled) throw CommandFailure("", kInterrupted);
  if (end == WaitEnd::kDeadline) throw CommandFailure("the broker does not answer");
  const std::lock_guard lock(mutex_);
  if (error_) throw Error(*error_);
  std::cerr << "watching " + options_.pattern + "\n";
}

WaitEnd Watching::wait() {
  const WaitEnd end = waiter_.wait(Clock::time_point::max(), [this] { return is_over(); });
  const std::lock_guard lock(mutex_);
  if (error_) throw Error(*error_);
  return end;
}

/// Where the client's handlers run, as the others.
void Watching::on_change(const PresenceChange& change) {
  {
    const std::lock_guard lock(mutex_);
    if (options_.count > 0 && printed_ == options_.count) return;
    ++printed_;
  }
  const std::string state(to_string(change.state));
  out_.write(options_.json ? Json({{"key", text_or_base64(change.key)}, {"state", state}}).dump()
                           : printable(change.key) + " " + state);
  if (options_.count > 0) waiter_.wake();
}

void Watching::on_complete(bool settling) {
  bool news = false;
  {
    const std::lock_guard lock(mutex_);
    news = settling_.value_or(false) != settling;
    settling_ = settling;
    complete_ = true;
  }
  if (news) {
    std::cerr << (settling ? "the broker began anew: who is not shown may come back\n"
                           : "everybody has had time to come back: who is not shown is offline\n");
  }
  if (options_.json) out_.write(Json({{"complete", {{"settling", settling}}}}).dump());
  waiter_.wake();
}

void Watching::on_error(const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    error_ = error;
  }
  waiter_.wake();
}

bool Watching::is_over() {
  if (out_.closed()) return true;
  const std::lock_guard lock(mutex_);
  return error_ || (options_.count > 0 && printed_ == options_.count);
}

}  // namespace fanfare::cli
