#pragma once
// Holds the broker to what it promises groups, by what goes over the wire and into the journal alone: who was handed
// what, what was said of it, what was answered. It has no queue, no timers and no state of a group: it knows what may
// be and what must be. Owned by the world.

#include <array>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/frame.hpp"
#include "tests/simulation/group_table.hpp"
#include "tests/simulation/truth.hpp"

namespace fanfare::simulation {

class GroupWatch {
 public:
  /// A session of the broker, over any number of sessions; 0: none, which says and is told nothing.
  using Session = std::uint64_t;
  using Time = std::chrono::microseconds;

  GroupWatch(const Truth& truth, const GroupLimits& limits) : truth_(truth), limits_(limits) {}

  // ---- What happens. Each complains when the broker must not do that.

  /// The broker is about to get this frame.
  void up(Session session, std::string_view frame, Time now);
  /// The broker has sent this frame, together with others: what all of them take back counts first.
  void taken_back(Session session, std::string_view frame);
  void down(Session session, std::string_view frame, Time now);
  /// The broker knows that the session has no connection: what it takes back from it is not seen.
  void detached(Session session);
  /// The session has ended.
  void lost(Session session);
  /// All sessions have.
  void broker_stopped(Time now);
  void broker_starts() { ++run_; }
  /// A letter of `group` stands in the stream of dead letters.
  void buried(std::string_view group, const Position& position, Time now);
  /// Retention has removed what comes before `first`.
  void trimmed(std::uint32_t stream, std::uint64_t first);

  [[nodiscard]] bool exists(std::uint32_t group) const { return groups_.at(group).exists; }
  /// Whether the broker has said that this is done.
  [[nodiscard]] bool is_done(std::uint32_t group, const Position& position) const;
  /// Nothing is unfinished.
  [[nodiscard]] bool all_finished();
  /// The same, or a complaint.
  void complete();

 private:
  using MemberKey = std::pair<Session, protocol::Handle>;
  using Index = std::size_t;  ///< of an entry of the log

  struct Item {
    std::uint16_t attempt = 0;
    std::uint32_t run = 0;       ///< of the broker, in which it was handed over last
    MemberKey holder{};          ///< has it, as far as can be seen; {0, 0}: nobody
    Time since{};                ///< when it was handed over, or PROGRESS came
    bool acked = false;          ///< its member has said so, in time
    std::uint64_t delivery = 0;  ///< counts all hand-overs: attempts begin anew after dead letters
    std::uint64_t acked_delivery = 0;
    bool may_be_taken = false;  ///< back with the broker, which will say so
    bool unseen = false;        ///< its member was without a connection since: nobody saw whether it was taken back
    bool may_be_acked = false;  ///< perhaps not in time
    bool confirmed = false;     ///< the broker has answered that
    bool dead = false;
    std::uint32_t buried_in = 0;  ///< run of the broker
    bool given_back = false;      ///< from the dead letters
    std::uint32_t failures = 0;   ///< at most
    std::uint32_t failed = 0;     ///< that the broker has confirmed
  };
  struct Group {
    bool exists = false;
    Index begin = 0;  ///< what stands before is none of its business
    Index next = 0;   ///< the log was looked through up to here
    std::unordered_map<Index, Item> items;
    std::map<std::uint32_t, std::set<Index>> unfinished;  ///< by topic; exclusive: all in one
    std::map<std::uint32_t, std::set<Index>> out;         ///< of these, at members
    std::uint64_t term = 0;
    MemberKey active{};
  };
  struct Member {
    std::uint32_t group = 0;
    std::uint32_t max_in_flight = 0;
    bool stands = false;
    std::set<Index> has;
  };
  /// What was said under a request and has no answer.
  struct Said {
    enum class Kind : std::uint8_t { join, ack, failed, defer, leave } kind;
    MemberKey member;
    std::uint32_t group;
    std::vector<Index> entries;
    std::vector<std::uint64_t> deliveries;  ///< of each, of an acknowledgement
  };

  void on_join(Session session, const protocol::Join& join);
  void on_leave(Session session, const protocol::Leave& leave);
  void on_ack(Session session, const protocol::Ack& ack, Time now);
  void on_nack(Session session, const protocol::Nack& nack, Time now);
  void on_ok(Session session, const protocol::Ok& ok);
  void on_error(Session session, const protocol::Error& error);
  void on_deliver(Session session, const protocol::Deliver& deliver, Time now);
  void on_revoke(Session session, const protocol::Revoke& revoke);
  void on_role(Session session, const protocol::Role& role);
  void joined(const Said& said, const protocol::Ok& ok);
  void let_go(const Said& said);

  void hand_over(const MemberKey& key, Member& member, const Position& position, std::uint16_t attempt, Time now);
  void check_line(std::uint32_t number, Index index, const MemberKey& key, Time now);
  void check_load(const MemberKey& key, const Member& member, Time now) const;
  /// Its member has it no more. `failed`: that may count as a failure.
  void take(std::uint32_t group, Index index, bool failed);
  void finish(std::uint32_t group, Index index);
  void release(const MemberKey& key, bool failed);
  /// The delivery as the member has it; null when it has no such one.
  Item* find(const MemberKey& key, const Position& position, std::uint16_t attempt, Index& index);
  void look_on(std::uint32_t group);
  [[nodiscard]] std::uint32_t line_of(std::uint32_t group, Index index) const;
  /// It has to be finished yet, for all that can be seen.
  [[nodiscard]] bool is_open(std::uint32_t group, Index index);
  [[nodiscard]] const LogEntry& entry(std::uint32_t group, Index index) const;
  /// As often as it may have failed.
  [[nodiscard]] std::uint32_t most_failures(const Item& item, Time now) const;
  [[nodiscard]] bool overstayed(const Item& item, Time now) const;
  [[noreturn]] void complain(const char* rule, std::uint32_t group, const std::string& text) const;

  const Truth& truth_;
  GroupLimits limits_;
  std::uint32_t run_ = 0;
  std::uint64_t deliveries_ = 0;
  Time now_{};
  std::array<Group, kGroups.size()> groups_;
  std::map<MemberKey, Member> members_;
  std::map<Session, Time> resumed_;  ///< when each began or went on
  std::map<std::pair<Session, protocol::RequestNumber>, Said> said_;
};

}  // namespace fanfare::simulation
