#include "cli/publish/publishing.hpp"

#include <iostream>

#include "cli/format/json.hpp"
#include "runtime/config/value.hpp"

namespace fanfare::cli {
namespace {

constexpr std::size_t kMaxMessages = 8'192;
constexpr std::size_t kMaxBytes = 16U << 20U;

/// The last chance of what is under way, once nobody waits for it any more.
constexpr std::chrono::milliseconds kCloseTimeout{1'000};

}  // namespace

bool Publishing::publish(Client& client, std::string_view topic, std::string_view payload,
                         const PublishOptions& options, const std::string& what) {
  if (!wait_until(kMaxMessages - 1, kMaxBytes)) return false;
  const std::size_t bytes = payload.size();
  ++in_flight_;
  in_flight_bytes_ += bytes;
  std::uint64_t number = 0;
  {
    const std::lock_guard lock(mutex_);
    number = order_.expect();
  }
  client.publish(topic, payload, options, [this, number, what, bytes](const Outcome<Ack>& outcome) {
    settled(number, {outcome, what}, bytes);
  });
  return true;
}

bool Publishing::finish() { return wait_until(0, 0); }

/// Until no more than this is under way.
bool Publishing::wait_until(std::size_t messages, std::size_t bytes) {
  const auto is_so = [&] { return in_flight_ <= messages && in_flight_bytes_ <= bytes; };
  while (true) {
    const std::size_t before = in_flight_;
    const WaitEnd end = waiter_.wait(Clock::now() + patience_, [&] { return is_so() || in_flight_ < before; });
    if (end == WaitEnd::kSignaled) return false;
    if (is_so()) return true;
    if (end == WaitEnd::kHappened) continue;
    std::cerr << "nothing acknowledged for " + runtime::format_duration(static_cast<std::uint64_t>(patience_.count())) +
                     "\n";
    failed_ = true;
    return false;
  }
}

void Publishing::abandon(Client& client) {
  abandoned_ = true;
  client.close(kCloseTimeout);
  std::cerr << describe_abandoned(acknowledged_, not_stored_, unknown_) + "\n";
}

/// Where the client's callbacks run, one at a time.
void Publishing::settled(std::uint64_t number, Settled settled, std::size_t bytes) {
  std::vector<Settled> due;
  {
    const std::lock_guard lock(mutex_);
    due = order_.settle(number, std::move(settled));
  }
  for (const Settled& one : due) show(one);
  in_flight_bytes_ -= bytes;
  --in_flight_;
  waiter_.wake();
}

void Publishing::show(const Settled& settled) {
  const auto& [outcome, what] = settled;
  if (outcome) {
    ++acknowledged_;
    if (out_ != nullptr) out_->write(to_json(outcome.value()).dump());
    return;
  }
  const ErrorCode code = outcome.error().code();
  ++(code == ErrorCode::outcome_unknown ? unknown_ : not_stored_);
  const bool is_by_giving_up = code == ErrorCode::outcome_unknown || code == ErrorCode::not_sent;
  if (abandoned_ && is_by_giving_up) return;
  std::cerr << what + (what.empty() ? "" : ": ") + outcome.error().what() + "\n";
  failed_ = true;
}

std::string describe_abandoned(std::size_t acknowledged, std::size_t not_stored, std::size_t unknown) {
  std::string text = std::to_string(acknowledged) + " acknowledged";
  if (not_stored > 0) text += "; " + std::to_string(not_stored) + " not stored";
  if (unknown > 0) text += "; " + std::to_string(unknown) + " may or may not have been stored";
  return text;
}

}  // namespace fanfare::cli
