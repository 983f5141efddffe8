#include "broker/core/presence/keys.hpp"

#include <algorithm>
#include <utility>

namespace fanfare::broker::core::presence {

std::size_t Keys::held_by(SessionKey session) const {
  const auto found = sessions_.find(session);
  return found == sessions_.end() ? 0 : found->second.size();
}

std::size_t Keys::count_new(SessionKey session, const std::vector<std::string_view>& names) {
  const auto holds = sessions_.find(session);
  std::unordered_set<std::string_view> fresh;
  for (const auto name : names) {
    const auto key = keys_.find(name);
    const bool held = key != keys_.end() && holds != sessions_.end() && holds->second.contains(&key->second);
    if (!held) fresh.insert(name);
  }
  return fresh.size();
}

void Keys::hold(SessionKey session, std::string_view name, Instant now) {
  auto found = keys_.lower_bound(name);
  if (found == keys_.end() || found->first != name) {
    found = keys_.emplace_hint(found, std::string(name), Key{.serial = ++last_serial_, .since = now.clock});
    found->second.name = found->first;
    transitions_.push_back({found->first, true});
  }
  auto& key = found->second;
  if (!sessions_[session].insert(&key).second) return;
  ++holds_;
  if (key.holders++ == 0 && key.ends != std::chrono::microseconds{}) end_grace(key);
}

void Keys::release(SessionKey session, std::string_view name, Instant now) {
  const auto holds = sessions_.find(session);
  const auto found = keys_.find(name);
  if (holds == sessions_.end() || found == keys_.end() || holds->second.erase(&found->second) == 0) return;
  if (holds->second.empty()) sessions_.erase(holds);
  let_go(found->second, now);
}

void Keys::leave(SessionKey session) {
  const auto holds = sessions_.find(session);
  if (holds == sessions_.end()) return;
  leaving_.push_back(std::move(holds->second));
  sessions_.erase(holds);
}

void Keys::let_go(Key& key, Instant now) {
  --holds_;
  if (--key.holders == 0) begin_grace(key, now);
}

void Keys::begin_grace(Key& key, Instant now) {
  // All have the same grace and the clock never falls: the last to begin is the last to end.
  key.ends = std::max(now.steady + grace_, settles_);
  key.before = last_;
  (last_ != nullptr ? last_->after : first_) = &key;
  last_ = &key;
  ++in_grace_;
}

void Keys::end_grace(Key& key) {
  (key.before != nullptr ? key.before->after : first_) = key.after;
  (key.after != nullptr ? key.after->before : last_) = key.before;
  key.before = key.after = nullptr;
  key.ends = {};
  --in_grace_;
}

void Keys::let_go_left(Instant now) {
  for (auto left = kTurn; left > 0 && !leaving_.empty(); --left) {
    auto& holds = leaving_.front();
    let_go(**holds.begin(), now);
    holds.erase(holds.begin());
    if (holds.empty()) leaving_.pop_front();
  }
}

void Keys::expire(Instant now) {
  const auto is_over = [&] { return first_ != nullptr && first_->ends <= now.steady; };
  while (is_over() && transitions_.size() < kTurn) {
    auto& key = *first_;
    end_grace(key);
    auto node = keys_.extract(keys_.find(key.name));
    transitions_.push_back({std::move(node.key()), false});
  }
  overdue_ = is_over();
}

std::optional<std::chrono::microseconds> Keys::next_deadline() const {
  if (first_ == nullptr) return std::nullopt;
  return first_->ends;
}

std::vector<Transition> Keys::take_transitions(std::size_t max_bytes) {
  std::vector<Transition> taken;
  std::size_t bytes = 0;
  while (!transitions_.empty() && taken.size() < kTurn && bytes < max_bytes) {
    bytes += transitions_.front().key.size();
    taken.push_back(std::move(transitions_.front()));
    transitions_.pop_front();
  }
  return taken;
}

}  // namespace fanfare::broker::core::presence
