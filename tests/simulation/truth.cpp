#include "tests/simulation/truth.hpp"

#include <algorithm>
#include <chrono>

#include "tests/simulation/complaint.hpp"

namespace fanfare::simulation {
namespace {

/// How long the broker knows an id that comes again by its owner's will.
constexpr std::int64_t kRepeatWindow = std::chrono::microseconds(std::chrono::minutes(2)).count();

}  // namespace

std::size_t Log::beyond(const Position& position) const {
  return static_cast<std::size_t>(std::ranges::upper_bound(entries, position, {}, &LogEntry::position) -
                                  entries.begin());
}

const LogEntry* Log::at(const Position& position) const {
  const auto found = std::ranges::lower_bound(entries, position, {}, &LogEntry::position);
  return found == entries.end() || found->position != position ? nullptr : &*found;
}

std::string text_of(const Position& position) {
  return std::to_string(position.epoch.bytes.front()) + '-' + std::to_string(position.sequence);
}

Position Log::head() const {
  const auto last = std::find_if(entries.rbegin(), entries.rend(), [](const LogEntry& one) { return !one.lost; });
  return {epoch, last == entries.rend() ? 0 : last->position.sequence};
}

void Truth::committed(std::uint32_t stream, const LogEntry& entry) {
  auto& log = logs_.at(stream);
  log.entries.push_back(entry);
  const auto& message = book_.at(entry.message);
  const auto [at, is_new] = stored_.try_emplace(message.id, entry);
  // What its owner repeats is recognised for two minutes, and after a restart as long as its record is held.
  const bool may_be_unknown =
      (message.repeated || message.conflicting) &&
      (entry.timestamp - at->second.timestamp >= kRepeatWindow || at->second.position.sequence < log.first);
  if (!is_new && !may_be_unknown) {
    throw Complaint("once", "message " + std::to_string(entry.message) + " was stored again, at " +
                                std::to_string(entry.position.sequence));
  }
  at->second = entry;
}

void Truth::lost(std::uint32_t stream, std::size_t count, const Uuid& epoch) {
  auto& log = logs_.at(stream);
  auto left = count;
  for (auto entry = log.entries.rbegin(); entry != log.entries.rend() && left > 0; ++entry) {
    if (entry->lost) continue;
    entry->lost = true;
    stored_.erase(book_.at(entry->message).id);
    --left;
  }
  log.epoch = epoch;
  ++log.epochs;
}

}  // namespace fanfare::simulation
