#include "broker/core/recent_ids.hpp"

#include <algorithm>

namespace fanfare::broker::core {
namespace {

constexpr std::size_t kSmallest = 1024;
constexpr std::uint64_t kForgotten = ~std::uint64_t{0};  // the sequence of a slot whose message was not kept

}  // namespace

/// Where in the index `id` is, or else where it would go.
std::size_t RecentIds::place(const Uuid& id) const {
  auto at = home(id);
  while (index_[at] != 0 && ring_[index_[at] - 1].id != id) at = (at + 1) & (index_.size() - 1);
  return at;
}

std::optional<RecentIds::Entry> RecentIds::find(const Uuid& id) const {
  if (ring_.empty()) return std::nullopt;
  const auto found = index_[place(id)];
  if (found == 0) return std::nullopt;
  return ring_[found - 1].entry;
}

void RecentIds::taken(const Uuid& id, std::uint64_t fingerprint, std::chrono::microseconds now) {
  make_room(now);
  add({id, {.fingerprint = fingerprint}, now});
}

void RecentIds::restore(const Uuid& id, const Entry& entry, std::chrono::microseconds at) {
  if (find(id)) failed(id);  // it was used again after the window
  make_room(at);
  add({id, entry, at});
}

void RecentIds::committed(const Uuid& id, std::uint64_t sequence) {
  if (ring_.empty()) return;
  if (const auto found = index_[place(id)]; found != 0) ring_[found - 1].entry.sequence = sequence;
}

void RecentIds::failed(const Uuid& id) {
  if (ring_.empty()) return;
  const auto found = index_[place(id)];
  if (found == 0) return;
  unindex(id);
  ring_[found - 1].entry.sequence = kForgotten;
}

void RecentIds::make_room(std::chrono::microseconds now) {
  while (first_ != next_) {
    const auto& oldest = slot(first_);
    // One that waits for its commit stays whatever its age: there are as many of them as may be uncommitted.
    if (oldest.entry.sequence == 0 || (next_ - first_ < kMax && now - oldest.at <= kWindow)) break;
    drop_oldest();
  }
  if (next_ - first_ == ring_.size()) grow();
}

void RecentIds::drop_oldest() {
  const auto& oldest = slot(first_);
  if (oldest.entry.sequence != kForgotten) {
    unindex(oldest.id);
    floor_ = std::max(floor_, oldest.entry.sequence);
  }
  ++first_;
}

void RecentIds::add(const Slot& added) {
  const auto number = next_++;
  slot(number) = added;
  index_[place(added.id)] = static_cast<std::uint32_t>(number & (ring_.size() - 1)) + 1;
}

void RecentIds::grow() {
  std::vector<Slot> old(std::max(kSmallest, ring_.size() * 2));
  old.swap(ring_);
  index_.assign(ring_.size() * 2, 0);
  const auto begin = first_;
  const auto end = next_;
  first_ = 0;
  next_ = 0;
  for (auto number = begin; number != end; ++number) {
    const auto& one = old[number & (old.size() - 1)];
    if (one.entry.sequence != kForgotten) add(one);
  }
}

/// Takes `id` out of the index; what was pushed on by it moves back (Knuth 6.4, algorithm R).
void RecentIds::unindex(const Uuid& id) {
  const auto mask = index_.size() - 1;
  auto free = place(id);
  if (index_[free] == 0) return;
  for (auto at = (free + 1) & mask; index_[at] != 0; at = (at + 1) & mask) {
    const auto wanted = home(ring_[index_[at] - 1].id);
    if (((at - wanted) & mask) < ((at - free) & mask)) continue;  // its home lies behind the free place
    index_[free] = index_[at];
    free = at;
  }
  index_[free] = 0;
}

std::size_t RecentIds::memory() const {
  return ring_.capacity() * sizeof(Slot) + index_.capacity() * sizeof(std::uint32_t);
}

}  // namespace fanfare::broker::core
