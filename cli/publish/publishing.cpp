#include "cli/publish/publishing.hpp"

#include <iostream>

#include "cli/format/json.hpp"

namespace fanfare::cli {
namespace {

constexpr std::size_t kMaxMessages = 8'192;
constexpr std::size_t kMaxBytes = 16U << 20U;

/// So long nothing may be acknowledged: more than a restart of the broker takes.
constexpr std::chrono::seconds kSilence{15};

}  // namespace

bool Publishing::publish(Client& client, std::string_view topic, std::string_view payload,
                         const PublishOptions& options, const std::string& what) {
  if (!wait_until(kMaxMessages - 1, kMaxBytes)) return false;
  const std::size_t bytes = payload.size();
  ++in_flight_;
  in_flight_bytes_ += bytes;
  client.publish(topic, payload, options,
                 [this, what, bytes](const Outcome<Ack>& outcome) { settled(outcome, what, bytes); });
  return true;
}

bool Publishing::finish() { return wait_until(0, 0); }

/// Until no more than this is under way.
bool Publishing::wait_until(std::size_t messages, std::size_t bytes) {
  const auto is_so = [&] { return in_flight_ <= messages && in_flight_bytes_ <= bytes; };
  while (true) {
    const std::size_t before = in_flight_;
    const WaitEnd end = waiter_.wait(Clock::now() + kSilence, [&] { return is_so() || in_flight_ < before; });
    if (end == WaitEnd::kSignaled) return false;
    if (is_so()) return true;
    if (end == WaitEnd::kHappened) continue;
    std::cerr << in_flight_ << " not acknowledged for " << kSilence.count()
              << " s: they may or may not have been stored\n";
    failed_ = true;
    return false;
  }
}

/// Where the client's callbacks run.
void Publishing::settled(const Outcome<Ack>& outcome, const std::string& what, std::size_t bytes) {
  if (!outcome) {
    std::cerr << what + (what.empty() ? "" : ": ") + outcome.error().what() + "\n";
    failed_ = true;
  } else if (out_ != nullptr) {
    out_->write(to_json(outcome.value()).dump());
  }
  in_flight_bytes_ -= bytes;
  --in_flight_;
  waiter_.wake();
}

}  // namespace fanfare::cli
