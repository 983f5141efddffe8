#include "frontends/websocket/hub/audience.hpp"

#include <algorithm>
#include <utility>

namespace fanfare::frontends::websocket::hub {

void Audience::add(const Subscriber& subscriber, const std::optional<Position>& position) {
  members_.push_back({subscriber, position.value_or(Position{}), nullptr});
}

void Audience::add(const Subscriber& subscriber, std::unique_ptr<Recovery> recovery) {
  members_.push_back({subscriber, recovery->after(), std::move(recovery)});
  ++recovering_;
}

void Audience::remove(const session::Subscriber& subscriber) {
  const auto found = std::ranges::find(members_, &subscriber, [](const Member& each) { return each.subscriber.get(); });
  if (found == members_.end()) return;
  if (delivering_) {
    found->subscriber = nullptr;
    found->recovery = nullptr;
  } else {
    members_.erase(found);
  }
}

std::vector<Audience::Subscriber> Audience::clear() {
  auto all = subscribers();
  members_.clear();
  recovering_ = 0;
  return all;
}

std::size_t Audience::deliver(const std::optional<Position>& at, const protocol::Line& publication) {
  std::size_t given = 0;
  delivering_ = true;
  for (std::size_t i = 0; i < members_.size(); ++i) {
    auto& member = members_[i];
    if (!member.subscriber || (at && *at <= member.position)) continue;
    if (member.recovery) {
      member.recovery->keep(at.value_or(Position{}), publication);
      continue;
    }
    if (at) member.position = *at;
    const auto subscriber = member.subscriber;  // a delivery may move the members
    subscriber->deliver(publication);
    ++given;
  }
  delivering_ = false;
  std::erase_if(members_, [](const Member& each) { return !each.subscriber; });
  return given;
}

Recovery* Audience::recovery(std::uint64_t number) {
  for (const auto& each : members_) {
    if (each.recovery && each.recovery->number() == number) return each.recovery.get();
  }
  return nullptr;
}

void Audience::expire(Recovery::Time now) {
  if (recovering_ == 0) return;
  for (const auto& each : members_) {
    if (each.recovery) each.recovery->expire(now);
  }
}

void Audience::settle(const Position& head) {
  if (recovering_ == 0) return;
  const auto is_done = [](const Member& each) {
    return each.recovery && each.recovery->state() != Recovery::State::kReading;
  };
  for (auto done = std::ranges::find_if(members_, is_done); done != members_.end();
       done = std::ranges::find_if(members_, is_done)) {
    const auto recovery = std::exchange(done->recovery, nullptr);
    const auto subscriber = done->subscriber;
    auto end = std::move(*recovery).end(head);
    done->position = end.position;
    end.done(std::move(end.entered));
    for (const auto& publication : end.then) {
      if (!has(subscriber)) break;
      subscriber->deliver(publication);
    }
  }
  recovering_ = static_cast<std::size_t>(
      std::ranges::count_if(members_, [](const Member& each) { return each.recovery != nullptr; }));
}

std::vector<Audience::Subscriber> Audience::subscribers() const {
  std::vector<Subscriber> all;
  for (const auto& each : members_) {
    if (each.subscriber) all.push_back(each.subscriber);
  }
  return all;
}

bool Audience::has(const Subscriber& subscriber) const {
  return std::ranges::find(members_, subscriber, &Member::subscriber) != members_.end();
}

}  // namespace fanfare::frontends::websocket::hub
