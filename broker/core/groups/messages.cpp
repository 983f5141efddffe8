#include "broker/core/groups/messages.hpp"

#include <bit>
#include <utility>

namespace fanfare::broker::core::groups {

std::size_t Messages::home(std::uint64_t sequence) const {
  // Fibonacci hashing: the upper bits of a product with 2^64 / the golden ratio.
  return static_cast<std::size_t>((sequence * 0x9E3779B97F4A7C15U) >> (64 - std::countr_zero(table_.size())));
}

Slot Messages::add(std::uint64_t sequence) {
  if (table_.empty() || (size_ + 1) * 4 > table_.size() * 3) grow();
  Slot slot = 0;
  if (free_.empty()) {
    slot = static_cast<Slot>(entries_.size());
    entries_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
    entries_[slot] = Message();
  }
  entries_[slot].sequence = sequence;
  auto place = home(sequence);
  while (table_[place] != kNoSlot) place = (place + 1) & (table_.size() - 1);
  table_[place] = slot;
  ++size_;
  return slot;
}

Slot Messages::find(std::uint64_t sequence) const {
  if (table_.empty()) return kNoSlot;
  for (auto place = home(sequence); table_[place] != kNoSlot; place = (place + 1) & (table_.size() - 1)) {
    if (entries_[table_[place]].sequence == sequence) return table_[place];
  }
  return kNoSlot;
}

void Messages::remove(Slot slot) {
  if (--size_ == 0) {
    // Nothing of a peak stays.
    *this = Messages();
    return;
  }
  const auto mask = table_.size() - 1;
  auto hole = home(entries_[slot].sequence);
  while (table_[hole] != slot) hole = (hole + 1) & mask;
  // What follows moves up, as far as it may: a hole would end the search for it.
  for (auto place = (hole + 1) & mask; table_[place] != kNoSlot; place = (place + 1) & mask) {
    const auto wanted = home(entries_[table_[place]].sequence);
    if (((place - wanted) & mask) >= ((place - hole) & mask)) {
      table_[hole] = table_[place];
      hole = place;
    }
  }
  table_[hole] = kNoSlot;
  free_.push_back(slot);
}

void Messages::grow() {
  const auto before = std::move(table_);
  table_.assign(before.empty() ? 16 : before.size() * 2, kNoSlot);
  for (const auto slot : before) {
    if (slot == kNoSlot) continue;
    auto place = home(entries_[slot].sequence);
    while (table_[place] != kNoSlot) place = (place + 1) & (table_.size() - 1);
    table_[place] = slot;
  }
}

void Messages::insert(List& list, Link Message::*link, Slot behind, Slot slot) {
  auto& own = entries_[slot].*link;
  own.next = behind;
  own.previous = behind == kNoSlot ? list.last : (entries_[behind].*link).previous;
  (own.previous == kNoSlot ? list.first : (entries_[own.previous].*link).next) = slot;
  (behind == kNoSlot ? list.last : (entries_[behind].*link).previous) = slot;
}

void Messages::unlink(List& list, Link Message::*link, Slot slot) {
  auto& own = entries_[slot].*link;
  (own.previous == kNoSlot ? list.first : (entries_[own.previous].*link).next) = own.next;
  (own.next == kNoSlot ? list.last : (entries_[own.next].*link).previous) = own.previous;
  own = {};
}

}  // namespace fanfare::broker::core::groups
