#pragma once
// What this client has asked the broker for until further notice: subscriptions, services and memberships, by handle,
// how far each subscription has come, and which of them want a topic. They outlive sessions: each new one gets them all
// again, and those that lie in one stream go on from where they were. Owned by the session; one thread.

#include <fanfare/membership.hpp>
#include <fanfare/position.hpp>

#include <algorithm>
#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "protocol/commands.hpp"
#include "sdk/session/streams.hpp"

namespace fanfare::session {

/// What a membership says beside its pattern, and what its member is in an exclusive group.
struct Joined {
  std::string group;
  protocol::GroupOrder order = protocol::GroupOrder::any;
  std::uint32_t ack_wait_ms = 0;
  std::uint16_t max_deliver = 0;
  std::uint32_t max_pending = 0;
  std::vector<std::uint32_t> back_off_ms;
  bool pipelined = false;  ///< messages of a topic are handed over without waiting for each other
  bool finishing = false;  ///< it leaves when it has nothing any more, and with the session

  protocol::RequestNumber join = 0;  ///< its JOIN in this session
  Role role;                         ///< as it was told
  std::uint64_t term_before = 0;     ///< it was active with this term when the connection was lost
};

struct Registration {
  enum class Kind : std::uint8_t { subscription, service, membership };
  enum class Status : std::uint8_t { waiting, sent, ready };

  Kind kind = Kind::subscription;
  std::string pattern;
  protocol::From from = protocol::From::now;
  protocol::Overflow overflow = protocol::Overflow::standard;
  Position start;                   ///< for From::after and From::at
  std::int64_t time = 0;            ///< for From::time, microseconds since 1970
  std::uint32_t max_in_flight = 0;  ///< of a service or a membership
  Joined joined;                    ///< of a membership

  protocol::Handle handle = 0;
  Status status = Status::waiting;
  bool was_ready = false;  ///< in this or an earlier session

  /// A position in a stream. Streams outlive sessions, their numbers do not.
  struct Place {
    Stream* stream;
    Position position;
  };
  std::vector<Place> places;   ///< where it began in this session; while it catches up, how far it has come
  std::vector<Place> left_at;  ///< how far it was when the last session was lost

  Stream* stream = nullptr;                    ///< the one its pattern lies in, in this session: there it can resume
  protocol::From asked = protocol::From::now;  ///< in this session
  bool catching_up = false;                    ///< only replays are for it; it has one place then
  bool shared = false;                         ///< its replay is shared

  /// Whether a live message at `position` of `in` (null: outside streams) is for it.
  [[nodiscard]] bool wants(const Stream* in, const Position& position) const {
    if (status != Status::ready || catching_up) return false;
    const auto place = std::ranges::find(places, in, &Place::stream);
    return place == places.end() || position > place->position;
  }

  /// Whether a replay in `in`, of this handle or of all that share it (0), is for it.
  [[nodiscard]] bool replays(protocol::Handle of, const Stream* in) const {
    return catching_up && (of == 0 ? shared : of == handle) && places.front().stream == in;
  }
  /// While it catches up: nothing up to here is missing.
  [[nodiscard]] Position caught_up_to() const {
    const auto& place = places.front();
    return shared ? std::max(place.position, place.stream->shared) : place.position;
  }
  /// It was told that this may be missing: the next session need not tell it again.
  void pass_gap(const Position& first, const Position& last);
  /// From beyond `position` on live messages are for it.
  void join_live(const Position& position);

  /// Where it was in `in` when the last session was lost; null when it was not there.
  [[nodiscard]] const Place* left(const Stream* in) const {
    const auto place = std::ranges::find(left_at, in, &Place::stream);
    return place == left_at.end() ? nullptr : &*place;
  }

  /// The session is lost: remembers how far it was and waits for the next one.
  void suspend();
  /// It takes no part in a shared replay any more.
  void leave_shared();
};

class Registrations {
 public:
  /// The handle must be new.
  Registration& add(protocol::Handle handle, Registration registration);
  /// Null when there is none.
  [[nodiscard]] Registration* find(protocol::Handle handle);
  void remove(protocol::Handle handle);

  [[nodiscard]] std::size_t size() const { return by_handle_.size(); }
  /// In the order of their handles, which is the order of the calls.
  [[nodiscard]] auto& all() { return by_handle_; }

  /// Changes with every registration: what was matched before then has to be matched again.
  [[nodiscard]] std::uint64_t version() const { return version_; }
  /// The subscriptions whose pattern matches, ordered by handle.
  [[nodiscard]] std::vector<Registration*> subscribers(std::string_view topic) const;

 private:
  std::map<protocol::Handle, Registration> by_handle_;
  std::unordered_multimap<std::string_view, Registration*> exact_;  ///< keys are views of the registrations' patterns
  std::vector<Registration*> wild_;
  std::uint64_t version_ = 1;
};

}  // namespace fanfare::session
