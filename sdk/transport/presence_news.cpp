#include "sdk/transport/presence_news.hpp"

#include <algorithm>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace fanfare::transport {

void PresenceNews::add(Item item) {
  const std::lock_guard lock(mutex_);
  items_.push_back(std::move(item));
  if (items_.size() > gather_at_) gather();
}

bool PresenceNews::ask() {
  const std::lock_guard lock(mutex_);
  return !items_.empty() && !std::exchange(asked_, true);
}

std::vector<PresenceNews::Item> PresenceNews::take() {
  const std::lock_guard lock(mutex_);
  asked_ = false;
  gather_at_ = most_;
  return std::exchange(items_, {});
}

void PresenceNews::gather() {
  std::unordered_map<std::string_view, Item*> latest;
  Item* complete = nullptr;
  for (auto& item : items_) {
    if (item.complete) {
      if (complete != nullptr) complete->dropped = true;
      complete = &item;
      continue;
    }
    const auto [at, added] = latest.try_emplace(item.key, &item);
    if (added) continue;
    item.before = at->second->before;
    at->second->dropped = true;
    at->second = &item;
  }
  latest.clear();
  std::erase_if(items_, [](const Item& item) { return item.dropped || (!item.complete && item.before == item.after); });
  gather_at_ = std::max(most_, 2 * items_.size());
}

}  // namespace fanfare::transport
