#include "broker/core/drop_counts.hpp"

#include <algorithm>

#include "protocol/topic.hpp"

namespace fanfare::broker::core {
namespace {

std::string pattern_of(const std::string& topic, const DropCounts::Patterns& patterns) {
  if (patterns.contains(topic)) return topic;
  const auto found =
      std::ranges::find_if(patterns, [&](const auto& one) { return protocol::matches(one.first, topic); });
  return found == patterns.end() ? std::string() : found->first;
}

}  // namespace

void DropCounts::add(DropPolicy policy, const std::vector<DroppedRun>& runs, const Patterns& patterns) {
  const Topic* last = nullptr;
  std::string pattern;
  for (const auto& [topic, count] : runs) {
    if (topic == nullptr || patterns.size() > kCompared) {
      pattern.clear();
    } else if (topic.get() != last) {
      pattern = pattern_of(topic->name, patterns);
    }
    last = topic.get();
    auto key = std::pair(policy, pattern);
    if (counts_.size() >= kCounted && !counts_.contains(key)) key.second.clear();
    counts_[std::move(key)] += count;
  }
}

}  // namespace fanfare::broker::core
