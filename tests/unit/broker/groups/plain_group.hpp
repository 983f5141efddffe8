#pragma once
// What a group promises, written down plainly and slowly: a list of messages with their states, looked through from
// beginning to end each time. The test of Group compares itself with it. A value.

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "broker/core/groups/group.hpp"

namespace fanfare::broker::core::groups::plain {

struct Message {
  enum class State { unseen, ready, waits, out, condemned, finished };

  std::uint64_t sequence = 0;
  TopicNumber topic = 0;  // 0: none of the group's
  Uuid epoch;
  State state = State::unseen;
  std::uint64_t place = 0;  // in its line: by it, then by sequence
  MemberId holder = 0;
  std::uint64_t handed = 0;  // by when it was handed over
  std::uint16_t attempt = 0;
  std::uint32_t failures = 0;
  std::optional<std::chrono::microseconds> due;    // waits
  std::optional<std::chrono::microseconds> since;  // being handled
  std::optional<std::uint64_t> letter;             // it was given back
};

struct Member {
  MemberId id = 0;
  std::uint32_t max_in_flight = 0;
  bool paused = false;
  bool stalled = false;
  bool finishing = false;
  std::uint64_t standing = 0;
  std::uint64_t idle = 0;
};

struct TakenBack {
  MemberId member = 0;
  std::uint64_t sequence = 0;
  std::uint16_t attempt = 0;
  auto operator<=>(const TakenBack&) const = default;
};

class PlainGroup {
 public:
  explicit PlainGroup(GroupSettings its) : settings(std::move(its)) {}

  // The stream and its messages; sequence n is at n - 1.
  void published(TopicNumber topic, const Uuid& epoch);
  void looked_through(std::uint64_t through);
  void restart();

  void join(MemberId id, std::uint32_t max_in_flight);
  void leave(MemberId id, bool counts);

  std::optional<Group::Offer> next() const;
  std::uint16_t hand_over(const Group::Offer& offer);

  Message* delivery(MemberId member, const Uuid& epoch, const Delivered& delivered);
  void said(MemberId id);
  void ack(Message& message);
  void ack_through(MemberId member, std::uint64_t sequence);
  void fail(Message& message, std::optional<std::chrono::milliseconds> delay);
  void defer(Message& message, std::chrono::milliseconds delay);
  void progress(Message& message) { message.since = now; }
  void tick();
  std::optional<std::chrono::microseconds> next_deadline() const;

  void bury(std::uint64_t sequence, std::uint64_t letter);
  void give_back(std::uint64_t letter, std::uint64_t sequence);
  void known(std::uint64_t sequence);  // one that was given back before the restart

  std::uint64_t floor() const;
  Message& at(std::uint64_t sequence) { return messages.at(sequence - 1); }
  std::size_t count(Message::State state) const;
  std::vector<const Message*> at_member(MemberId id) const;
  Member* member(MemberId id);
  bool takes(const Member& member) const;

  GroupSettings settings;
  std::chrono::microseconds now{0};
  std::vector<Message> messages;
  std::uint64_t scanned = 0;
  std::vector<Member> members;
  std::set<std::uint64_t> dead;
  std::map<std::uint64_t, std::uint64_t> letters;  // the message of each letter ever
  std::uint64_t term = 0;
  MemberId active = 0;
  bool elected = false;
  // What a caller must see, and clears.
  std::vector<TakenBack> taken_back;
  std::vector<std::uint64_t> condemned;
  std::vector<std::pair<MemberId, std::uint64_t>> roles;

 private:
  bool lines() const { return settings.order != protocol::GroupOrder::any; }
  bool same_line(const Message& a, const Message& b) const;
  bool before(const Message& a, const Message& b) const;  // in their line
  void come_back(Message& message, bool tell);
  // It and what is out behind it in its line.
  void come_back_from(Message& message, bool tell_itself);
  void failed(Message& message, std::optional<std::chrono::milliseconds> delay);
  void wait(Message& message, std::chrono::milliseconds delay);
  void see(Message& message);
  std::uint64_t last_place() const;
  void handle_first();
  void elect();

  std::uint64_t counter_ = 0;
};

}  // namespace fanfare::broker::core::groups::plain
