#pragma once
// The deliveries this client has of its groups, and whose turn it is. Owned by the session; one thread.
//
// In a group with an order the messages of a topic (exclusive: all) form a line: the next one begins when what was said
// of the one before is on its way; a pipelined membership's begin as they come. When one is given back, the broker
// takes back all behind it: until it has answered, nothing of the line begins. What waits in a line holds back no
// credit, so that other topics go on; how much may wait is bounded by the member's max_in_flight.
//
// A delivery belongs to a session. After a lost one everything is void, but a line goes on only when the handlers of
// what had begun are done: two never work on one topic.

#include <fanfare/position.hpp>

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include "protocol/commands.hpp"
#include "sdk/session/events.hpp"

namespace fanfare::session {

class Workload {
 public:
  /// A delivery as commands name it.
  struct Name {
    Handle handle = 0;
    Uuid epoch;
    protocol::AckEntry entry;
  };
  struct Arrived {
    WorkId work;
    bool begins;
    std::shared_ptr<Run> run;
  };

  void join(Handle handle, protocol::GroupOrder order, bool pipelined);
  /// The membership is gone: its deliveries are void.
  void leave(Handle handle);

  /// Whether the membership has more than a broker may hand to it.
  [[nodiscard]] bool full(Handle handle) const;
  /// Nullopt when it was taken back before it came.
  [[nodiscard]] std::optional<Arrived> arrived(const Name& name, std::string_view topic);
  void revoked(Handle handle, const Uuid& epoch, const std::vector<protocol::AckEntry>& entries);

  /// The owner has said what became of it; `back`: the broker is to have it again. Nullopt: it is void, or something
  /// was said of it already.
  [[nodiscard]] std::optional<Name> say(WorkId work, bool back);
  /// What say() gave, while nothing was said; nullopt when it is void.
  [[nodiscard]] std::optional<Name> name_of(WorkId work) const;
  /// No handler will begin it, because it is void or its run is broken.
  void skip(WorkId work);
  /// The broker has answered what was said of it.
  void answered(WorkId work);

  /// Nothing in a line begins.
  void pause() { paused_ = true; }
  void go_on();
  /// Everything is void, and nothing that was said will be answered.
  void lose();

  /// What has begun, and what has become void, since the last call.
  [[nodiscard]] std::vector<WorkBegun> take_begun() { return std::exchange(begun_, {}); }
  [[nodiscard]] std::vector<WorkId> take_revoked() { return std::exchange(revoked_, {}); }

 private:
  enum class State : std::uint8_t { waits, begun, skipped, said };

  struct Line {
    std::string key;
    std::deque<WorkId> waiting = {};
    std::size_t open = 0;        ///< begun, and nothing was said of them
    std::size_t given_back = 0;  ///< said to be the broker's again, and not answered
    std::shared_ptr<Run> run = std::make_shared<Run>();
  };
  struct Item {
    Name name;
    State state = State::waits;
    bool revoked = false;  ///< it is void; a handler may still be at it
    bool back = false;     ///< what was said of it
    std::shared_ptr<Line> line = nullptr;
  };
  /// Deliveries by position and attempt, as many as are remembered: beyond it the oldest is forgotten.
  class Deliveries {
   public:
    void add(const Position& position, std::uint16_t attempt);
    /// Whether it was there; it is not any more.
    bool take(const Position& position, std::uint16_t attempt) { return known_.erase({position, attempt}) > 0; }

   private:
    std::set<std::pair<Position, std::uint16_t>> known_;
    std::deque<std::pair<Position, std::uint16_t>> in_order_;
  };
  struct Member {
    protocol::GroupOrder order = protocol::GroupOrder::any;
    bool pipelined = false;
    std::map<Position, WorkId> by_position = {};
    std::unordered_map<std::string, std::shared_ptr<Line>> lines = {};
    Deliveries ahead = {};  ///< taken back before they came: REVOKE may overtake what waits for credit
    Deliveries gone = {};   ///< taken back; the same REVOKE may come once more, behind them
  };

  void revoke(Member& member, const Position& position, std::uint16_t attempt);
  void make_void(WorkId work);
  void clear(Member& member);
  void advance(Handle handle, const std::shared_ptr<Line>& line);
  [[nodiscard]] bool goes_on(const Member& member, const Line& line) const;
  /// A begun one is no longer at a handler.
  void let_go(const Item& item);
  void forget_position(WorkId work, const Item& item);

  std::map<Handle, Member> members_;
  std::unordered_map<WorkId, Item> items_;
  WorkId last_ = 0;
  bool paused_ = true;
  std::vector<WorkBegun> begun_;
  std::vector<WorkId> revoked_;
};

}  // namespace fanfare::session
