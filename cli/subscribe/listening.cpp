#include "cli/subscribe/listening.hpp"

#include <unistd.h>

#include <algorithm>
#include <iostream>

#include "cli/exit_code.hpp"
#include "cli/format/json.hpp"
#include "cli/format/text.hpp"
#include "protocol/topic.hpp"

namespace fanfare::cli {
namespace {

/// With a start the broker looks into the journal before it answers, behind the others that do.
constexpr std::chrono::seconds kSubscribeDeadline{5};
constexpr std::chrono::seconds kReplayDeadline{30};

bool is_ready(const Subscription& subscription) {
  return subscription.ready().wait_for(std::chrono::seconds(0)) == std::future_status::ready;
}

}  // namespace

Listening::Listening(const ListenOptions& options, Waiter& waiter, LineWriter& out)
    : options_(options), waiter_(waiter), out_(out), escapes_(::isatty(STDOUT_FILENO) == 1) {
  if (options.from.kind() == From::Kind::now) return;
  for (std::size_t index = 0; index < options.patterns.size(); ++index) catching_up_.insert(index);
}

void Listening::begin(Client& client) {
  for (std::size_t index = 0; index < options_.patterns.size(); ++index) {
    const SubscribeOptions options{.from = options_.from,
                                   .overflow = options_.overflow,
                                   .on_gap = [this, index](const Gap& gap) { on_gap(index, gap); },
                                   .on_ready = [this] { waiter_.wake(); },
                                   .on_error = [this](const Error& error) { on_error(error); },
                                   .on_begin = [this, index](const Beginning& begin) { on_begin(index, begin); },
                                   .on_caught_up = [this, index](const Position&) { on_caught_up(index); }};
    subscriptions_.push_back(client.subscribe(
        options_.patterns[index], [this, index](const Message& message) { on_message(index, message); }, options));
  }
  const auto all_ready = [this] { return std::ranges::all_of(subscriptions_, is_ready); };
  const auto patience = options_.from.kind() == From::Kind::now ? kSubscribeDeadline : kReplayDeadline;
  const WaitEnd end = waiter_.wait(Clock::now() + patience, all_ready);
  if (end == WaitEnd::kSignaled) throw CommandFailure("", kInterrupted);
  if (end == WaitEnd::kDeadline) throw CommandFailure("the broker does not answer");
  for (const Subscription& subscription : subscriptions_) subscription.ready().get();
}

WaitEnd Listening::wait(std::optional<std::chrono::milliseconds> idle) {
  const auto begun = Clock::now();
  WaitEnd end = WaitEnd::kDeadline;
  while (true) {
    Clock::time_point seen;
    {
      const std::lock_guard lock(mutex_);
      seen = last_message_;
    }
    const auto deadline = idle ? std::max(seen, begun) + *idle : Clock::time_point::max();
    end = waiter_.wait(deadline, [this] { return is_over(); });
    const std::lock_guard lock(mutex_);
    if (error_) throw Error(*error_);
    if (end != WaitEnd::kDeadline || last_message_ == seen) return end;
  }
}

/// Where the client's handlers run, as the others.
void Listening::on_message(std::size_t index, const Message& message) {
  // Each subscription that matches gets the message; the first one prints it.
  const auto end = options_.patterns.begin() + static_cast<std::ptrdiff_t>(index);
  const auto matches = [&](const std::string& pattern) { return protocol::matches(pattern, message.topic); };
  if (std::any_of(options_.patterns.begin(), end, matches)) return;
  {
    const std::lock_guard lock(mutex_);
    if (has_enough()) return;
    ++received_;
    last_message_ = Clock::now();
  }
  out_.write(line_of(message));
  if (options_.count > 0) waiter_.wake();
}

void Listening::on_gap(std::size_t index, const Gap& gap) {
  const std::string line = to_json(gap).dump();
  std::cerr << "messages may be missing (" + options_.patterns[index] + "): " + line + "\n";
  if (options_.json) out_.write(line);
}

void Listening::on_begin(std::size_t index, const Beginning& beginning) {
  if (beginning.recovered) return;
  const Position& after = beginning.after;
  const std::string place = after.epoch.is_nil() ? std::string() : " after " + after.to_string();
  std::cerr << "not recovered (" + options_.patterns[index] + "): messages" + place + " may be missing\n";
}

void Listening::on_caught_up(std::size_t index) {
  {
    const std::lock_guard lock(mutex_);
    if (catching_up_.erase(index) == 0) return;
  }
  std::cerr << "caught up " + options_.patterns[index] + "\n";
  waiter_.wake();
}

void Listening::on_error(const Error& error) {
  {
    const std::lock_guard lock(mutex_);
    error_ = error;
  }
  waiter_.wake();
}

/// Under the mutex.
bool Listening::has_enough() const {
  if (options_.count > 0 && received_ == options_.count) return true;
  return options_.until_caught_up && catching_up_.empty();
}

bool Listening::is_over() {
  if (out_.closed()) return true;
  const std::lock_guard lock(mutex_);
  return error_ || has_enough();
}

std::string Listening::line_of(const Message& message) const {
  return options_.json ? to_json(message).dump() : plain_line(message, escapes_);
}

std::string plain_line(const Message& message, bool escaped) {
  std::string line(message.topic);
  line.append(1, ' ').append(message.payload);
  return escaped ? printable(line) : line;
}

}  // namespace fanfare::cli
