#include "workers/common/attempts.hpp"

namespace fanfare::workers::common {

bool Attempts::admit(const std::string& name, TimePoint now) {
  const std::lock_guard lock(mutex_);
  auto found = tries_.find(name);
  if (found == tries_.end() || now - found->second.since >= limits_.window) {
    make_room();
    found = tries_.insert_or_assign(name, Tries{now, 0}).first;
    order_.emplace_back(now, name);
  }
  return ++found->second.count <= limits_.tries;
}

void Attempts::forget(const std::string& name) {
  const std::lock_guard lock(mutex_);
  tries_.erase(name);
}

void Attempts::make_room() {
  while (order_.size() >= limits_.names) {
    const auto& [since, name] = order_.front();
    const auto found = tries_.find(name);
    if (found != tries_.end() && found->second.since == since) tries_.erase(found);
    order_.pop_front();
  }
}

}  // namespace fanfare::workers::common
