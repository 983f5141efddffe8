#include "cli/publish/trace.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

#include "cli/exit_code.hpp"
#include "cli/format/json.hpp"
#include "cli/format/text.hpp"

namespace fanfare::cli {
namespace {

constexpr std::chrono::seconds kTraceDeadline{5};

/// Hops are messages of their own and come after the acknowledgement: so long after the last one comes no other.
constexpr std::chrono::milliseconds kQuiet{300};
constexpr std::chrono::seconds kLongestTrace{1};

}  // namespace

std::optional<Hop> read_hop(const Headers& headers) {
  const auto component = headers.find("component");
  const auto hop = headers.find("hop");
  const auto at = headers.find("at");
  if (component == headers.end() || hop == headers.end() || at == headers.end()) return std::nullopt;
  Hop result{component->second, hop->second, 0};
  const std::string& text = at->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), result.at);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return result;
}

std::string describe_hops(std::vector<Hop> hops, bool json) {
  std::ranges::stable_sort(hops, {}, &Hop::at);
  std::string lines;
  std::vector<std::vector<std::string>> rows;
  for (const Hop& hop : hops) {
    const std::int64_t microseconds = hop.at - hops.front().at;
    if (json) {
      const Json line = {
          {"component", hop.component}, {"hop", hop.hop}, {"at", hop.at}, {"microseconds", microseconds}};
      lines += line.dump() + "\n";
    } else {
      rows.push_back({"+" + std::to_string(microseconds) + " µs", printable(hop.component), printable(hop.hop)});
    }
  }
  return json ? lines : table(rows);
}

Trace::Trace(Client& client, Waiter& waiter, const Uuid& id)
    : waiter_(waiter),
      last_hop_(Clock::now()),
      subscription_(client.subscribe(
          "$sys.event.trace." + id.to_string(), [this](const Message& message) { add(message); },
          {.on_ready = [&waiter] { waiter.wake(); }, .on_error = [&waiter](const Error&) { waiter.wake(); }})) {
  const auto ready = subscription_.ready();
  const auto is_settled = [&ready] { return ready.wait_for(std::chrono::seconds(0)) == std::future_status::ready; };
  const WaitEnd end = waiter.wait(Clock::now() + kTraceDeadline, is_settled);
  if (end == WaitEnd::kSignaled) throw CommandFailure("", kInterrupted);
  if (end == WaitEnd::kDeadline) throw CommandFailure("the broker does not answer");
  ready.get();
}

std::vector<Hop> Trace::collect() {
  const auto end = Clock::now() + kLongestTrace;
  while (true) {
    Clock::time_point seen;
    {
      const std::lock_guard lock(mutex_);
      seen = last_hop_;
    }
    const auto came_another = [&] {
      const std::lock_guard lock(mutex_);
      return last_hop_ != seen;
    };
    const auto deadline = std::min(end, std::max(seen, end - kLongestTrace) + kQuiet);
    if (waiter_.wait(deadline, came_another) != WaitEnd::kHappened) break;
  }
  subscription_.unsubscribe();
  const std::lock_guard lock(mutex_);
  return hops_;
}

/// Where the client's handlers run.
void Trace::add(const Message& message) {
  const std::optional<Hop> hop = read_hop(message.headers);
  if (!hop) return;
  {
    const std::lock_guard lock(mutex_);
    hops_.push_back(*hop);
    last_hop_ = Clock::now();
  }
  waiter_.wake();
}

}  // namespace fanfare::cli
