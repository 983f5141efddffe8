// What members are handed and told.

#include <algorithm>
#include <map>
#include <utility>

#include "broker/core/groups/dead_letter.hpp"
#include "broker/core/groups/entry.hpp"

namespace fanfare::broker::core::groups {

/// Gathers what goes to each member, so that many records share a command.
class Groups::Hand {
 public:
  Hand(Groups& groups, protocol::StreamNumber stream) : groups_(groups), stream_(stream) {}

  [[nodiscard]] bool has_room(std::uint64_t member, const Session& session) {
    const auto found = open_.find(member);
    const auto gathered = found == open_.end() ? 0 : found->second.records.size();
    return session.attached() && session.out.waiting_bytes() + gathered <= groups_.page_bytes();
  }

  void add(std::uint64_t member, const Uuid& epoch, std::uint16_t attempt, const TopicPtr& topic,
           std::string_view record) {
    auto& open = open_[member];
    if (!open.attempts.empty() &&
        (open.epoch != epoch || open.records.size() >= groups_.page_bytes() || open.attempts.size() >= kMostInOne)) {
      send(member, std::exchange(open, {}));
    }
    open.epoch = epoch;
    open.attempts.push_back(attempt);
    open.records.append(record);
    if (open.topics.empty() || open.topics.back() != topic) open.topics.push_back(topic);
  }

  void send_all() {
    for (auto& [member, open] : open_) send(member, std::move(open));
    open_.clear();
  }

 private:
  static constexpr std::size_t kMostInOne = 16'384;

  struct Open {
    Uuid epoch;
    std::vector<std::uint16_t> attempts;
    std::string records;
    std::vector<TopicPtr> topics;
  };

  void send(std::uint64_t id, Open open) {
    const auto& member = groups_.members_.at(id);
    auto& session = *groups_.sessions_.by_key(member.session);
    protocol::Deliver deliver{.stream = stream_,
                              .kind = protocol::DeliveryKind::group,
                              .handle = member.handle,
                              .epoch = open.epoch,
                              .count = static_cast<std::uint32_t>(open.attempts.size()),
                              .attempts = std::move(open.attempts),
                              .records = std::string_view(open.records)};
    groups_.counters_.messages_delivered += deliver.count;
    session.handed += deliver.count;
    session.out.push_data(deliver, std::move(open.topics));
    groups_.sessions_.wake(session);
  }

  Groups& groups_;
  protocol::StreamNumber stream_;
  std::map<std::uint64_t, Open> open_;
};

void Groups::hand_out(Entry& entry) {
  if (draining_ || entry.stream == nullptr) return;
  Hand hand(*this, entry.stream->number);
  while (const auto offer = entry.group.next()) {
    auto& member = members_.at(offer->member);
    if (!hand.has_room(offer->member, *sessions_.by_key(member.session))) {
      member.paused = true;
      entry.group.pause(offer->member);
      continue;
    }
    if (budget_ == 0) {
      enqueue(entry);
      break;
    }
    Found found;
    const auto fetched = offer->dead ? fetch_letter(entry, *offer->dead, found) : fetch(entry, offer->sequence, found);
    if (fetched == Fetched::waits) break;
    auto topic = topics_.by_number(entry.stream->number, offer->topic);
    std::string opened;
    if (fetched == Fetched::found && offer->dead) {
      const auto head = read_letter(found.bytes);
      auto record = open_letter(found.bytes, offer->topic, *offer->dead);
      if (!head || !record) topic = nullptr;
      if (record) opened = *std::move(record);
      if (head) found.epoch = head->epoch;
      found.bytes = opened;
    }
    if (fetched == Fetched::gone || !topic) {
      if (entry.group.gone(offer->sequence)) gap(entry, offer->sequence, offer->sequence);
      continue;
    }
    budget_ -= std::min(budget_, found.bytes.size());
    const auto attempt = entry.group.hand_over(*offer, found.epoch, now_);
    hand.add(offer->member, found.epoch, entry.told_attempt(offer->sequence, attempt), topic, found.bytes);
  }
  hand.send_all();
}

void Groups::has_room(Session& session) {
  if (session.memberships.empty() || session.out.waiting_bytes() > page_bytes() / 2) return;
  for (const auto& [handle, id] : session.memberships) {
    auto& member = members_.at(id);
    if (member.entry == nullptr || !std::exchange(member.paused, false)) continue;
    member.entry->group.resume(id);
    enqueue(*member.entry);
  }
}

/// Passes on what the group has decided.
void Groups::tell(Entry& entry) {
  for (auto& event : entry.group.take_events()) {
    if (auto* condemned = std::get_if<Condemned>(&event)) {
      entry.condemned.push_back(std::move(*condemned));
    } else if (const auto* revoked = std::get_if<Revoked>(&event)) {
      auto deliveries = revoked->deliveries;
      for (auto& one : deliveries) one.attempt = entry.told_attempt(one.sequence, one.attempt);
      const auto found = members_.find(revoked->member);
      if (found != members_.end()) revoke(found->second, revoked->epoch, deliveries);
    } else {
      const auto& changed = std::get<RoleChanged>(event);
      const auto found = members_.find(changed.member);
      auto* session = found == members_.end() ? nullptr : sessions_.by_key(found->second.session);
      if (session == nullptr) continue;
      const auto role = changed.term == 0 ? protocol::RoleKind::standby : protocol::RoleKind::active;
      sessions_.answer(*session, protocol::Role{.handle = found->second.handle, .role = role, .term = changed.term});
    }
  }
}

/// Free, so that a member that has no room hears of it too; what still waits for credit is taken back where it stands.
void Groups::revoke(const Member& member, const Uuid& epoch, const std::vector<Delivered>& deliveries) {
  auto* session = sessions_.by_key(member.session);
  if (session == nullptr) return;
  constexpr std::size_t kMostInOne = 16'384;
  for (std::size_t at = 0; at < deliveries.size(); at += kMostInOne) {
    protocol::Revoke revoke{.handle = member.handle, .epoch = epoch, .entries = {}};
    const auto end = std::min(deliveries.size(), at + kMostInOne);
    for (auto i = at; i < end; ++i) revoke.entries.push_back({deliveries[i].sequence, deliveries[i].attempt});
    if (!session->out.idle()) session->out.push_in_place(revoke);
    sessions_.answer(*session, revoke);
  }
}

}  // namespace fanfare::broker::core::groups
