// What members say of their deliveries.
#include <algorithm>

#include "broker/core/groups/work.hpp"

namespace fanfare::broker::core::groups {

Member* Group::Work::says_something(MemberId id, Instant now) {
  told(now);
  auto* const from = member(id);
  if (from != nullptr && from->stalled) {
    from->stalled = false;
    list(*from);
  }
  return from;
}

Slot Group::Work::delivery_of(Member& member, const Uuid& epoch, const Delivered& delivery) {
  const auto slot = messages_.find(delivery.sequence);
  if (slot == kNoSlot) return kNoSlot;
  const auto& message = messages_[slot];
  return message.holder == &member && message.attempt == delivery.attempt && epochs_[message.epoch] == epoch ? slot
                                                                                                             : kNoSlot;
}

bool Group::Work::ack(MemberId id, const Uuid& epoch, const Delivered& delivery, bool through, Instant now) {
  auto* const from = says_something(id, now);
  if (from == nullptr) return false;
  const auto slot = delivery_of(*from, epoch, delivery);
  if (slot == kNoSlot) return false;
  if (!through) {
    ++totals_.acknowledged;
    finish(slot);
    return true;
  }
  std::vector<Slot> done;
  for (auto each = from->handed.first; each != kNoSlot; each = messages_[each].at_member.next) {
    if (messages_[each].sequence <= delivery.sequence) done.push_back(each);
  }
  totals_.acknowledged += done.size();
  for (const auto each : done) finish(each);
  return true;
}

bool Group::Work::fail(MemberId id, const Uuid& epoch, const Delivered& delivery,
                       std::optional<std::chrono::milliseconds> delay, std::string_view reason, Instant now) {
  auto* const from = says_something(id, now);
  if (from == nullptr) return false;
  const auto slot = delivery_of(*from, epoch, delivery);
  if (slot == kNoSlot) return false;
  std::vector<Slot> taken;
  take_back(slot, taken);
  count_failure(slot, delay, reason);
  taken.erase(taken.begin());
  revoke(*from, taken);
  settle(*from);
  return true;
}

bool Group::Work::defer(MemberId id, const Uuid& epoch, const Delivered& delivery, std::chrono::milliseconds delay,
                        Instant now) {
  auto* const from = says_something(id, now);
  if (from == nullptr) return false;
  const auto slot = delivery_of(*from, epoch, delivery);
  if (slot == kNoSlot) return false;
  std::vector<Slot> taken;
  take_back(slot, taken);
  wait(slot, delay);
  taken.erase(taken.begin());
  revoke(*from, taken);
  settle(*from);
  return true;
}

bool Group::Work::progress(MemberId id, const Uuid& epoch, const Delivered& delivery, Instant now) {
  auto* const from = says_something(id, now);
  if (from == nullptr) return false;
  const auto slot = delivery_of(*from, epoch, delivery);
  if (slot == kNoSlot) return false;
  begin(slot);
  return true;
}

}  // namespace fanfare::broker::core::groups
