#pragma once
// Inside of Group: its messages, members and lines, and what has changed. Each source beside this one holds one idea of
// it: messages_found, hand_out, take_back, sayings, timers, standing, letters, changes. Owned by Group; the core's
// thread.
//
// A message that is ready is a candidate: anybody's (`free_`), or only of the member that has others of its line
// (`Member::parked`). next() takes the least sequence of all candidates that somebody takes now; both kinds are sorted,
// so a line that waits for its member costs nothing.

#include <map>
#include <set>
#include <tuple>
#include <unordered_map>
#include <utility>

#include "broker/core/groups/group.hpp"
#include "broker/core/groups/member.hpp"

namespace fanfare::broker::core::groups {

class Group::Work {
 public:
  explicit Work(GroupState state);

  /// What was finished in many pieces beyond an unfinished message takes room too: then the group reads no further.
  static constexpr std::size_t kMaxFinishedRuns = 1'000'000;

  // messages_found.cpp
  [[nodiscard]] bool full() const;
  [[nodiscard]] bool wants_more() const;
  void found(std::uint64_t sequence, TopicNumber topic);
  void scanned_to(std::uint64_t through);
  bool gone(std::uint64_t sequence);
  void known(std::uint64_t sequence, TopicNumber topic);

  // hand_out.cpp
  [[nodiscard]] std::optional<Offer> next();
  std::uint16_t hand_over(const Offer& offer, const Uuid& epoch, Instant now);

  // sayings.cpp
  [[nodiscard]] bool ack(MemberId member, const Uuid& epoch, const Delivered& delivery, bool through, Instant now);
  [[nodiscard]] bool fail(MemberId member, const Uuid& epoch, const Delivered& delivery,
                          std::optional<std::chrono::milliseconds> delay, std::string_view reason, Instant now);
  [[nodiscard]] bool defer(MemberId member, const Uuid& epoch, const Delivered& delivery,
                           std::chrono::milliseconds delay, Instant now);
  bool progress(MemberId member, const Uuid& epoch, const Delivered& delivery, Instant now);

  // standing.cpp
  void join(MemberId id, std::uint32_t max_in_flight, Instant now);
  void leave(MemberId id, Instant now);
  void finish(MemberId id);
  [[nodiscard]] bool has_any(MemberId id) const;
  void lost(MemberId id, Instant now);
  void pause(MemberId id, bool paused);
  void elected(std::uint64_t term);
  [[nodiscard]] std::vector<MemberFigures> figures() const;
  [[nodiscard]] std::vector<Revoked> out() const;

  // timers.cpp
  void tick(Instant now);
  [[nodiscard]] std::optional<std::chrono::microseconds> next_deadline() const;

  // letters.cpp
  void buried(std::uint64_t sequence, std::uint64_t dead);
  bool give_back(std::uint64_t dead, std::uint64_t sequence, TopicNumber topic);
  bool drop_dead(std::uint64_t dead);
  void dead_trimmed(std::uint64_t first);

  // changes.cpp
  [[nodiscard]] GroupChanges take_changes();

  [[nodiscard]] const GroupState& state() const { return state_; }
  [[nodiscard]] std::uint64_t scanned() const { return scanned_; }
  [[nodiscard]] std::vector<GroupEvent> take_events() { return std::exchange(events_, {}); }
  [[nodiscard]] const Totals& totals() const { return totals_; }
  [[nodiscard]] std::size_t pending() const { return messages_.size(); }
  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }
  [[nodiscard]] std::size_t delayed() const { return delayed_; }

 private:
  [[nodiscard]] bool in_lines() const { return state_.settings.order != protocol::GroupOrder::any; }
  [[nodiscard]] bool exclusive() const { return state_.settings.order == protocol::GroupOrder::exclusive; }
  [[nodiscard]] Line& line_of(const Message& message);
  [[nodiscard]] Member* member(MemberId id);
  /// Who gets what anybody may take; null: nobody does now.
  [[nodiscard]] Member* taker() const;

  // A message's way. Whoever removes one or changes its state calls these; they keep the lists.
  void enter(std::uint64_t sequence, TopicNumber topic, bool returned);
  /// A ready message becomes a candidate when nothing is in its way.
  void offer(Slot slot);
  /// It is no candidate any more.
  void withdraw(Slot slot);
  void list(Line& line);
  void list(Member& member);
  void begin(Slot slot);
  /// From its member; the member's list and what is being handled there are set right by settle().
  void detach(Slot slot);
  void settle(Member& member);
  /// Takes a message back from its member, and in lines what is out behind it. All are ready then. Adds them to
  /// `taken`, that message first.
  void take_back(Slot slot, std::vector<Slot>& taken);
  void wait(Slot slot, std::chrono::milliseconds delay);
  void count_failure(Slot slot, std::optional<std::chrono::milliseconds> delay, std::string_view reason);
  void condemn(Slot slot, std::uint32_t failures, std::string_view reason);
  void leave_line(Slot slot);
  void finish(Slot slot);
  void stop_timer(Message& message);
  void start_timer(Message& message, std::chrono::microseconds span);
  void overstayed(Slot slot);
  void revoke(const Member& member, const std::vector<Slot>& taken);
  [[nodiscard]] Slot delivery_of(Member& member, const Uuid& epoch, const Delivered& delivery);
  [[nodiscard]] Member* says_something(MemberId id, Instant now);
  void told(Instant now) { now_ = std::max(now_, now.steady); }

  void elect();
  void remove_member(MemberId id, bool counts);

  void finished(std::uint64_t sequence);
  void move_floor();

  GroupState state_;
  std::uint64_t scanned_ = 0;
  std::chrono::microseconds now_{0};  ///< as last told

  Messages messages_;
  List unfinished_;
  std::vector<Uuid> epochs_;  ///< of deliveries
  std::unordered_map<TopicNumber, Line> lines_;
  /// The last one given back: many come one after the other, and the next one probably belongs behind it.
  Slot returned_last_ = kNoSlot;
  std::set<std::pair<std::int64_t, std::uint64_t>> timers_;  ///< when, and the message's sequence
  std::size_t in_flight_ = 0;
  std::size_t delayed_ = 0;
  std::size_t condemned_ = 0;

  std::map<MemberId, Member> members_;
  std::uint64_t counter_ = 0;                                           ///< for `standing` and `idle`
  std::set<std::tuple<std::uint32_t, std::uint64_t, Member*>> takers_;  ///< by in_flight, then idle
  std::uint64_t room_ = 0;                                              ///< of all takers
  std::set<std::uint64_t> free_;
  std::set<std::pair<std::uint64_t, Member*>> parked_;  ///< of each taker that has some, the first
  Member* active_ = nullptr;                            ///< exclusive
  bool elected_ = false;                                ///< its term was committed

  GroupChanges changes_;
  std::map<std::uint64_t, std::uint64_t> returned_;  ///< of changes_
  std::map<std::uint64_t, std::uint32_t> failures_;  ///< of changes_
  std::uint64_t taken_floor_ = 0;
  std::uint64_t taken_term_ = 0;
  std::vector<GroupEvent> events_;
  Totals totals_;
};

}  // namespace fanfare::broker::core::groups
