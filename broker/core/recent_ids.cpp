#include "broker/core/recent_ids.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <utility>

namespace fanfare::broker::core {
namespace {

constexpr std::size_t kSmallest = 2048;                  // places of the index
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
  while (index_[at].slot != 0 && (index_[at].hash != hash || slot(number_of(index_[at].slot)).id != id)) at = next(at);
  return at;
}

/// The number of its slot.
std::optional<std::uint64_t> RecentIds::known(const Uuid& id) const {
  if (index_.empty()) return std::nullopt;
  const auto found = index_[place(id, hash_of(id))].slot;
  if (found == 0) return std::nullopt;
  return number_of(found);
}

std::optional<RecentIds::Entry> RecentIds::find(const Uuid& id) const {
  const auto number = known(id);
  if (!number) return std::nullopt;
  return slot(*number).entry;
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
  if (const auto number = known(id)) slot(*number).entry.sequence = sequence;
}

void RecentIds::failed(const Uuid& id) {
  const auto number = known(id);
  if (!number) return;
  unindex(*number);
  slot(*number).entry.sequence = kForgotten;
}

void RecentIds::make_room(std::chrono::microseconds now) {
  while (first_ != next_) {
    const auto& oldest = slot(first_);
    // One that waits for its commit stays whatever its age: there are as many of them as may be uncommitted.
    if (oldest.entry.sequence == 0 || (next_ - first_ < kMax && now - oldest.at <= kWindow)) break;
    drop_oldest();
  }
  if (next_ % kPiece == 0) begin_piece();
  if ((next_ - first_ + 1) * 2 > index_.size()) grow_index();
}

void RecentIds::drop_oldest() {
  const auto& oldest = slot(first_);
  if (oldest.entry.sequence != kForgotten) {
    unindex(first_);
    floor_ = std::max(floor_, oldest.entry.sequence);
  }
  ++first_;
  constexpr std::uint64_t kAhead = 8;  // one goes with each that comes: its place is in the cache by then
  if (first_ + kAhead < next_) __builtin_prefetch(&index_[home(hash_of(slot(first_ + kAhead).id))]);
}

void RecentIds::add(const Slot& added) {
  const auto number = next_++;
  slot(number) = added;
  const auto hash = hash_of(added.id);
  auto& at = index_[place(added.id, hash)];
  // It was used again after the window, or while the first one waits: each slot that counts has its place in the index.
  if (at.slot != 0) slot(number_of(at.slot)).entry.sequence = kForgotten;
  at = {.slot = name_of(number), .hash = hash};
}

/// For the slot `next_` and those behind it: one that is no longer needed, or a new one.
void RecentIds::begin_piece() {
  const auto in_use = next_ / kPiece - first_ / kPiece;
  if (in_use == ring_.size()) {
    std::vector<std::unique_ptr<Piece>> wider(std::max<std::size_t>(1, ring_.size() * 2));
    for (auto number = first_ / kPiece; number != next_ / kPiece; ++number) {
      wider[number & (wider.size() - 1)] = std::move(ring_[number & (ring_.size() - 1)]);
    }
    ring_.swap(wider);
  }
  if (auto& begun = piece(next_); !begun) begun = std::make_unique<Piece>();
}

/// By the hashes that stand in it; the slots are not looked at.
void RecentIds::grow_index() {
  std::vector<Place> old(std::max(kSmallest, index_.size() * 2));
  old.swap(index_);
  for (const auto& one : old) {
    if (one.slot == 0) continue;
    auto at = home(one.hash);
    while (index_[at].slot != 0) at = next(at);
    index_[at] = one;
  }
}

/// Takes a slot out of the index; what was pushed on by it moves back (Knuth 6.4, algorithm R).
void RecentIds::unindex(std::uint64_t number) {
  const auto mask = index_.size() - 1;
  const auto wanted = name_of(number);
  auto free = home(hash_of(slot(number).id));
  while (index_[free].slot != wanted) free = next(free);
  for (auto at = next(free); index_[at].slot != 0; at = next(at)) {
    if (((at - home(index_[at].hash)) & mask) < ((at - free) & mask)) continue;  // its home lies behind the free place
    index_[free] = index_[at];
    free = at;
  }
  index_[free] = {};
}

std::size_t RecentIds::memory() const {
  const auto pieces = std::ranges::count_if(ring_, [](const auto& one) { return one != nullptr; });
  return static_cast<std::size_t>(pieces) * sizeof(Piece) + index_.capacity() * sizeof(Place);
}

}  // namespace fanfare::broker::core
