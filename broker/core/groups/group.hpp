#pragma once
// A durable work queue over the records of one stream (semantics §11): which message goes to which member, when again,
// and when no more. A state machine of sequences, topics and time: it holds no payload, knows no session and no
// journal. Whatever changes what has to survive comes out as GroupChanges; who asked is answered when those are
// committed. Owned by Groups; the core's thread only.
//
// A message is unfinished from found() to its ack. Meanwhile it is ready, waits (back-off, deferred, behind an earlier
// one of its topic), is at a member, or is condemned: on its way to the dead letters. `key`: messages of a topic are at
// one member only, in their order; when one comes back, those behind it are taken back too. `exclusive`: the same with
// one line for all topics, at the active member.
//
// Being handled counts as begun: of what a member was handed, the first that is unfinished, and whatever it said
// PROGRESS for. Only that has a deadline, and fails when the session is lost; the rest was never begun. When a deadline
// has passed, the member gets nothing until it says something of any delivery, also of one it does not have any more:
// that one is not taken back by name, so its handler will speak of it.
//
// Room: an unfinished message takes about 80 bytes at a member and 130 while it is ready; 64 more while it is being
// handled or waits, 64 more once it has failed; in `key` about 80 more for each topic that has some. So max_pending
// bounds a group: a million messages at members are 75 MiB, and 270 MiB if each has failed, waits and is the only one
// of its topic; changes that were not taken yet come on top. What is finished in pieces beyond an unfinished one takes
// 48 a piece, at most a million pieces: then the group is full() too.

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "broker/core/groups/group_state.hpp"
#include "broker/core/instant.hpp"

namespace fanfare::broker::core::groups {

/// Never used twice in a run of the broker.
using MemberId = std::uint64_t;
/// The number of a topic in the group's stream.
using TopicNumber = std::uint32_t;

/// A delivery as the wire names it.
struct Delivered {
  std::uint64_t sequence = 0;
  std::uint16_t attempt = 0;  ///< from 1, rising with each delivery of the message; 0 never (it wraps to 1)

  bool operator==(const Delivered&) const = default;
};

/// Taken back from a member (REVOKE). All of one epoch.
struct Revoked {
  MemberId member = 0;
  Uuid epoch;
  std::vector<Delivered> deliveries;
};
/// The member's role in an exclusive group (ROLE); `term` is 0 for standby.
struct RoleChanged {
  MemberId member = 0;
  std::uint64_t term = 0;
};
/// Has failed too often: to be appended to the stream `dead`, then buried().
struct Condemned {
  std::uint64_t sequence = 0;
  TopicNumber topic = 0;
  Uuid epoch;  ///< of its last delivery; nil when that was before the broker's last start
  std::uint32_t failures = 0;
  std::string reason;  ///< of the last failure
};

using GroupEvent = std::variant<Revoked, RoleChanged, Condemned>;

class Group {
 public:
  /// `state` is what was committed.
  explicit Group(GroupState state);
  ~Group();
  Group(Group&&) noexcept;
  Group& operator=(Group&&) noexcept;

  /// As it will be when all changes are committed.
  [[nodiscard]] const GroupState& state() const;

  // ---- Members

  /// `max_in_flight`: messages it may have unfinished, at least 1.
  void join(MemberId member, std::uint32_t max_in_flight, Instant now);
  /// It goes in order: everything comes back at once and nothing counts as a failure.
  void leave(MemberId member, Instant now);
  /// It gets nothing more and settles what it has; leave() is due when has_any() says that nothing is left.
  void finish(MemberId member);
  [[nodiscard]] bool has_any(MemberId member) const;
  /// Its session was lost: what it was handling counts as a failure.
  void lost(MemberId member, Instant now);
  /// It gets nothing until resume(): its session has no room.
  void pause(MemberId member);
  void resume(MemberId member);

  // ---- What the stream holds

  /// The sequence up to which the stream was looked through: begin behind it.
  [[nodiscard]] std::uint64_t scanned() const;
  /// Whether looking further makes sense: a member could take more, and fewer than max_pending are unfinished.
  [[nodiscard]] bool wants_more() const;
  /// A record of the pattern, in the order of the sequences, beyond scanned(). One that is finished is skipped.
  void found(std::uint64_t sequence, TopicNumber topic);
  /// Nothing else of the pattern is there up to `through`.
  void scanned_to(std::uint64_t through);
  /// The journal does not hold this message any more: it is finished without having been handled. False when it was
  /// finished already.
  bool gone(std::uint64_t sequence);
  /// After a restart, of each message in state().returned: its topic. Till then nobody gets it. gone() when the journal
  /// does not hold it any more.
  void known(std::uint64_t sequence, TopicNumber topic);

  // ---- Handing out

  struct Offer {
    MemberId member = 0;
    std::uint64_t sequence = 0;
    TopicNumber topic = 0;
    std::optional<std::uint64_t> dead;  ///< it was given back: its place in the stream `dead`
  };
  /// The next message to hand out and who gets it; nullopt when there is none or nobody takes it.
  [[nodiscard]] std::optional<Offer> next();
  /// The offer, which next() has just given, goes to its member: its attempt number.
  std::uint16_t hand_over(const Offer& offer, const Uuid& epoch, Instant now);

  // ---- What members say. False: stale, the member does not have this delivery any more.

  [[nodiscard]] bool ack(MemberId member, const Uuid& epoch, const Delivered& delivery, Instant now);
  /// Everything up to this sequence that the member has; false when it does not have `delivery` itself.
  [[nodiscard]] bool ack_through(MemberId member, const Uuid& epoch, const Delivered& delivery, Instant now);
  /// It failed. `delay`: instead of the back-off.
  [[nodiscard]] bool fail(MemberId member, const Uuid& epoch, const Delivered& delivery,
                          std::optional<std::chrono::milliseconds> delay, std::string_view reason, Instant now);
  /// It is to come again after `delay`; no failure.
  [[nodiscard]] bool defer(MemberId member, const Uuid& epoch, const Delivered& delivery,
                           std::chrono::milliseconds delay, Instant now);
  /// It is being handled; its deadline begins anew.
  bool progress(MemberId member, const Uuid& epoch, const Delivered& delivery, Instant now);

  // ---- Time

  void tick(Instant now);
  /// In the core's steady time.
  [[nodiscard]] std::optional<std::chrono::microseconds> next_deadline() const;

  // ---- Dead letters

  /// The letter of a condemned message stands in the stream `dead`.
  void buried(std::uint64_t sequence, std::uint64_t dead);
  /// Gives a dead letter back; `sequence` and `topic` are the message's own. False when it is not open.
  bool give_back(std::uint64_t dead, std::uint64_t sequence, TopicNumber topic);
  /// False when it is not open.
  bool drop_dead(std::uint64_t dead);
  /// Retention has removed everything before `first` from the stream `dead`.
  void dead_trimmed(std::uint64_t first);

  // ---- What comes out

  /// What has changed since the last call; empty() when nothing has.
  [[nodiscard]] GroupChanges take_changes();
  /// The change of this term was committed: the member may be told and handed messages.
  void elected(std::uint64_t term, Instant now);
  /// In the order they happened.
  [[nodiscard]] std::vector<GroupEvent> take_events();

  // ---- Figures

  struct MemberFigures {
    MemberId member = 0;
    std::uint32_t in_flight = 0;
    std::uint32_t max_in_flight = 0;
    std::uint64_t term = 0;  ///< of an exclusive group's active member
    bool stalled = false;    ///< a deadline has passed and it has said nothing since
  };
  [[nodiscard]] std::vector<MemberFigures> members() const;
  /// Counted since the broker's start, or the group's last reset.
  struct Totals {
    std::uint64_t acknowledged = 0;
    std::uint64_t failures = 0;
    std::uint64_t redelivered = 0;    ///< deliveries beyond the first of a message
    std::uint64_t dead_lettered = 0;  ///< messages that were moved to the dead letters
  };
  [[nodiscard]] const Totals& totals() const;
  /// What every member has, as REVOKE would name it.
  [[nodiscard]] std::vector<Revoked> out() const;
  [[nodiscard]] std::size_t pending() const;    ///< unfinished ones it knows of
  [[nodiscard]] std::size_t in_flight() const;  ///< of these, at members
  [[nodiscard]] std::size_t delayed() const;    ///< of these, waiting for their time
  [[nodiscard]] bool full() const;              ///< max_pending keeps it from reading further

 private:
  class Work;
  std::unique_ptr<Work> work_;
};

}  // namespace fanfare::broker::core::groups
