// Who is a member, and who of an exclusive group's is the active one.
#include <algorithm>

#include "broker/core/groups/work.hpp"

namespace fanfare::broker::core::groups {

Member* Group::Work::member(MemberId id) {
  const auto found = members_.find(id);
  return found == members_.end() ? nullptr : &found->second;
}

void Group::Work::join(MemberId id, std::uint32_t max_in_flight, Instant now) {
  told(now);
  const auto [place, is_new] = members_.try_emplace(id);
  if (!is_new) return;
  auto& joined = place->second;
  joined.id = id;
  joined.max_in_flight = std::max<std::uint32_t>(max_in_flight, 1);
  joined.standing = joined.idle = ++counter_;
  list(joined);
  if (!exclusive()) return;
  if (active_ == nullptr) {
    elect();
  } else {
    events_.emplace_back(RoleChanged{.member = id, .term = 0});
  }
}

void Group::Work::elect() {
  elected_ = false;
  active_ = nullptr;
  for (auto& [id, each] : members_) {
    if (each.finishing) continue;  // it is about to go
    if (active_ == nullptr || each.standing < active_->standing) active_ = &each;
  }
  if (active_ != nullptr) ++state_.term;
}

void Group::Work::elected(std::uint64_t term) {
  if (active_ == nullptr || elected_ || term != state_.term) return;
  elected_ = true;
  events_.emplace_back(RoleChanged{.member = active_->id, .term = term});
}

void Group::Work::leave(MemberId id, Instant now) {
  told(now);
  remove_member(id, false);
}

/// The next of a line of which it has something goes to nobody else until that is settled. The active one of an
/// exclusive group stays it till then.
void Group::Work::finish(MemberId id) {
  auto* const who = member(id);
  if (who == nullptr) return;
  who->finishing = true;
  list(*who);
}

bool Group::Work::has_any(MemberId id) const {
  const auto found = members_.find(id);
  return found != members_.end() && found->second.in_flight > 0;
}

void Group::Work::lost(MemberId id, Instant now) {
  told(now);
  remove_member(id, true);
}

void Group::Work::remove_member(MemberId id, bool counts) {
  auto* const leaving = member(id);
  if (leaving == nullptr) return;
  leaving->paused = true;  // what comes back is not parked for it again
  list(*leaving);
  std::vector<Slot> begun;
  std::vector<Slot> taken;
  for (auto each = leaving->handed.first; each != kNoSlot; each = leaving->handed.first) {
    // The first of its line comes first at the member too, so each line comes back at once.
    const auto first = in_lines() ? line_of(messages_[each]).messages.first : each;
    for (auto in_line = first; counts && in_line != kNoSlot && messages_[in_line].state == Message::State::out;
         in_line = in_lines() ? messages_[in_line].in_line.next : kNoSlot) {
      if (messages_[in_line].begun) begun.push_back(in_line);
    }
    take_back(first, taken);
  }
  for (const auto each : begun) count_failure(each, {}, "the member was lost");
  const auto was_active = leaving == active_;
  members_.erase(id);
  if (was_active) elect();
}

void Group::Work::pause(MemberId id, bool paused) {
  auto* const who = member(id);
  if (who == nullptr) return;
  who->paused = paused;
  list(*who);
}

std::vector<Group::MemberFigures> Group::Work::figures() const {
  std::vector<MemberFigures> all;
  all.reserve(members_.size());
  for (const auto& [id, each] : members_) {
    all.push_back({.member = id,
                   .in_flight = each.in_flight,
                   .max_in_flight = each.max_in_flight,
                   .term = &each == active_ && elected_ ? state_.term : 0,
                   .stalled = each.stalled});
  }
  return all;
}

std::vector<Revoked> Group::Work::out() const {
  std::vector<Revoked> all;
  for (const auto& [id, member] : members_) {
    Revoked* last = nullptr;
    for (auto each = member.handed.first; each != kNoSlot; each = messages_[each].at_member.next) {
      const auto& message = messages_[each];
      const auto& epoch = epochs_[message.epoch];
      if (last == nullptr || last->epoch != epoch) {
        last = &all.emplace_back(Revoked{.member = id, .epoch = epoch, .deliveries = {}});
      }
      last->deliveries.push_back({.sequence = message.sequence, .attempt = message.attempt});
    }
  }
  return all;
}

}  // namespace fanfare::broker::core::groups
