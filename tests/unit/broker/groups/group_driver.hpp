#pragma once
// A group with a clock, and who asks it in few words. For tests.

#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "broker/core/groups/group.hpp"

namespace fanfare::broker::core::groups {

struct Handed {
  MemberId member = 0;
  std::uint64_t sequence = 0;
  std::uint16_t attempt = 0;

  bool operator==(const Handed&) const = default;
  friend std::ostream& operator<<(std::ostream& out, const Handed& one) {
    return out << one.sequence << '#' << one.attempt << " to " << one.member;
  }
};
using Hands = std::vector<Handed>;

class GroupDriver {
 public:
  explicit GroupDriver(protocol::GroupOrder order, std::uint32_t max_deliver = 5)
      : state_(made(order, max_deliver)), group(state_) {}

  [[nodiscard]] Instant now() const { return {.steady = time, .clock = 0}; }
  void join(MemberId member, std::uint32_t max_in_flight = 100) { group.join(member, max_in_flight, now()); }
  /// Finds the next messages, with these topics.
  void find(const std::vector<TopicNumber>& topics) {
    for (const auto topic : topics) {
      const auto sequence = group.scanned() + 1;
      topics_[sequence] = topic;
      group.found(sequence, topic);
    }
  }
  /// Hands out all that can be.
  Hands pump() {
    Hands hands;
    while (const auto offer = group.next()) {
      const auto attempt = group.hand_over(*offer, epoch, now());
      hands.push_back({.member = offer->member, .sequence = offer->sequence, .attempt = attempt});
      last_[offer->sequence] = hands.back();
    }
    return hands;
  }
  bool ack(const Handed& one) { return group.ack(one.member, epoch, delivered(one), now()); }
  bool ack_through(const Handed& one) { return group.ack_through(one.member, epoch, delivered(one), now()); }
  bool fail(const Handed& one, std::optional<std::chrono::milliseconds> delay = {}) {
    return group.fail(one.member, epoch, delivered(one), delay, "broken", now());
  }
  bool defer(const Handed& one, std::chrono::milliseconds delay) {
    return group.defer(one.member, epoch, delivered(one), delay, now());
  }
  bool progress(const Handed& one) { return group.progress(one.member, epoch, delivered(one), now()); }
  void pass(std::chrono::milliseconds span) {
    time += span;
    group.tick(now());
  }
  /// Fails a message until nobody gets it any more.
  void condemn(std::uint64_t sequence) {
    do pump();
    while (fail(last_[sequence], std::chrono::milliseconds(0)));
  }

  /// Sequences taken back from this member since the last call.
  std::vector<std::uint64_t> revoked(MemberId member) {
    collect();
    return std::exchange(revoked_[member], {});
  }
  std::vector<Condemned> condemned() {
    collect();
    return std::exchange(condemned_, {});
  }
  std::vector<RoleChanged> roles() {
    collect();
    return std::exchange(roles_, {});
  }

  /// The broker is restarted, after all changes were committed.
  void restart() {
    apply(state_, group.take_changes());
    EXPECT_EQ(state_, group.state());
    group = Group(state_);
    while (group.scanned() < topics_.rbegin()->first) find({topics_[group.scanned() + 1]});
  }

  static Delivered delivered(const Handed& one) { return {.sequence = one.sequence, .attempt = one.attempt}; }

 private:
  static GroupState made(protocol::GroupOrder order, std::uint32_t max_deliver) {
    GroupState state;
    state.settings.order = order;
    state.settings.pattern = ">";
    state.settings.max_deliver = max_deliver;
    return state;
  }
  void collect() {
    for (auto& event : group.take_events()) {
      if (const auto* const taken = std::get_if<Revoked>(&event)) {
        for (const auto& each : taken->deliveries) revoked_[taken->member].push_back(each.sequence);
      } else if (const auto* const role = std::get_if<RoleChanged>(&event)) {
        roles_.push_back(*role);
      } else {
        condemned_.push_back(std::get<Condemned>(event));
      }
    }
  }

  GroupState state_;
  std::map<std::uint64_t, TopicNumber> topics_;
  std::map<std::uint64_t, Handed> last_;  // delivery of each message
  std::map<MemberId, std::vector<std::uint64_t>> revoked_;
  std::vector<Condemned> condemned_;
  std::vector<RoleChanged> roles_;

 public:
  Group group;
  Uuid epoch = Uuid::version7(1, {});
  std::chrono::microseconds time{std::chrono::seconds(1)};
};

}  // namespace fanfare::broker::core::groups
