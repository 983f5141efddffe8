#include "broker/core/recent_ids.hpp"

#include <algorithm>
#include <array>
#include <cstring>

namespace fanfare::broker::core {
namespace {

constexpr std::size_t kSmallest = 1024;
constexpr std::uint64_t kForgotten = ~std::uint64_t{0};  // the sequence of a slot whose message was not kept

/// Every bit of an id counts, wherever its maker has put what differs (the finalizer of MurmurHash3, over both halves).
std::uint32_t hash_of(const Uuid& id) {
  std::array<std::uint64_t, 2> halves{};
  std::memcpy(halves.data(), id.bytes.data(), sizeof halves);
  auto mixed = halves[0] ^ (halves[1] * 0x9E37'79B9'7F4A'7C15U);
  mixed = (mixed ^ (mixed >> 33U)) * 0xFF51'AFD7'ED55'8CCDU;
  mixed = (mixed ^ (mixed >> 33U)) * 0xC4CE'B9FE'1A85'EC53U;
  return static_cast<std::uint32_t>(mixed >> 32U);
}

}  // namespace

/// Where in the index `id` is, or else where it would go.
std::size_t RecentIds::place(const Uuid& id, std::uint32_t hash) const {
  auto at = home(hash);
  while (index_[at].slot != 0 && (index_[at].hash != hash || ring_[index_[at].slot - 1].id != id)) at = next(at);
  return at;
}

RecentIds::Slot* RecentIds::known(const Uuid& id) {
  if (ring_.empty()) return nullptr;
  const auto found = index_[place(id, hash_of(id))].slot;
  return found == 0 ? nullptr : &ring_[found - 1];
}

std::optional<RecentIds::Entry> RecentIds::find(const Uuid& id) const {
  if (ring_.empty()) return std::nullopt;
  const auto found = index_[place(id, hash_of(id))].slot;
  if (found == 0) return std::nullopt;
  return ring_[found - 1].entry;
}

void RecentIds::foresee(const Uuid& id) const {
  if (!index_.empty()) __builtin_prefetch(&index_[home(hash_of(id))], 1);
}

void RecentIds::taken(const Uuid& id, std::uint64_t fingerprint, std::chrono::microseconds now) {
  make_room(now);
  add({id, {.fingerprint = fingerprint}, now});
}

void RecentIds::restore(const Uuid& id, const Entry& entry, std::chrono::microseconds at) {
  make_room(at);
  add({id, entry, at});
}

void RecentIds::committed(const Uuid& id, std::uint64_t sequence) {
  if (auto* one = known(id)) one->entry.sequence = sequence;
}

void RecentIds::failed(const Uuid& id) {
  auto* one = known(id);
  if (one == nullptr) return;
  unindex(*one);
  one->entry.sequence = kForgotten;
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
    unindex(oldest);
    floor_ = std::max(floor_, oldest.entry.sequence);
  }
  ++first_;
  constexpr std::uint64_t kAhead = 8;  // one goes with each that comes: its place is in the cache by then
  __builtin_prefetch(&index_[home(hash_of(slot(first_ + kAhead).id))]);
}

void RecentIds::add(const Slot& added) {
  const auto number = next_++;
  slot(number) = added;
  const auto hash = hash_of(added.id);
  auto& at = index_[place(added.id, hash)];
  // It was used again after the window, or while the first one waits: each slot that counts has its place in the index.
  if (at.slot != 0) ring_[at.slot - 1].entry.sequence = kForgotten;
  at = {.slot = static_cast<std::uint32_t>(number & (ring_.size() - 1)) + 1, .hash = hash};
}

void RecentIds::grow() {
  std::vector<Slot> old(std::max(kSmallest, ring_.size() * 2));
  old.swap(ring_);
  index_.assign(ring_.size() * 2, {});
  const auto begin = first_;
  const auto end = next_;
  first_ = 0;
  next_ = 0;
  for (auto number = begin; number != end; ++number) {
    const auto& one = old[number & (old.size() - 1)];
    if (one.entry.sequence != kForgotten) add(one);
  }
}

/// Takes a slot out of the index; what was pushed on by it moves back (Knuth 6.4, algorithm R).
void RecentIds::unindex(const Slot& known) {
  const auto mask = index_.size() - 1;
  const auto wanted = static_cast<std::uint32_t>(&known - ring_.data()) + 1;
  auto free = home(hash_of(known.id));
  while (index_[free].slot != wanted) free = next(free);
  for (auto at = next(free); index_[at].slot != 0; at = next(at)) {
    if (((at - home(index_[at].hash)) & mask) < ((at - free) & mask)) continue;  // its home lies behind the free place
    index_[free] = index_[at];
    free = at;
  }
  index_[free] = {};
}

std::size_t RecentIds::memory() const { return ring_.capacity() * sizeof(Slot) + index_.capacity() * sizeof(Place); }

}  // namespace fanfare::broker::core
