#include "broker/core/presence/snapshot.hpp"

#include <algorithm>
#include <tuple>

#include "protocol/topic.hpp"

namespace fanfare::broker::core::presence {

Snapshot::Snapshot(const std::set<std::string, std::less<>>& patterns) {
  std::vector<Range> all;
  for (const auto& pattern : patterns) {
    if (protocol::has_wildcard(pattern)) {
      // What stands before the first wildcard; a topic has none of these characters but as a wildcard.
      all.push_back({pattern.substr(0, pattern.find_first_of("*>")), true});
    } else {
      all.push_back({pattern, false});
    }
  }
  std::ranges::sort(all, [](const Range& one, const Range& other) {
    return std::tuple(std::string_view(one.text), !one.is_prefix) <
           std::tuple(std::string_view(other.text), !other.is_prefix);
  });
  const Range* widest = nullptr;
  for (auto& range : all) {
    if (widest != nullptr && range.text.starts_with(widest->text)) continue;
    ranges_.push_back(range);
    widest = range.is_prefix ? &range : nullptr;
  }
}

void Snapshot::step(const Keys::Map& keys, const SubscriptionIndex& index, std::size_t& budget, std::size_t max_bytes,
                    std::vector<std::string_view>& names) {
  std::size_t bytes = 0;
  const auto take = [&](std::string_view name) {
    bytes += name.size() + 2;
    names.push_back(name);
  };
  for (; at_ < ranges_.size(); ++at_, after_.clear()) {
    const auto& range = ranges_[at_];
    if (budget == 0 || bytes >= max_bytes) return;
    if (!range.is_prefix) {
      --budget;
      if (keys.contains(range.text)) take(range.text);
      continue;
    }
    auto next = after_.empty() ? keys.lower_bound(range.text) : keys.upper_bound(after_);
    for (; next != keys.end() && next->first.starts_with(range.text); ++next) {
      if (budget == 0 || bytes >= max_bytes) {
        after_ = std::prev(next)->first;
        return;
      }
      --budget;
      if (!index.match(next->first).empty()) take(next->first);
    }
  }
}

}  // namespace fanfare::broker::core::presence
