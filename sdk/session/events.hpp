#pragma once
// What the session tells its owner. The port Listener is called from within the session's own calls and must not call
// back into it; views are valid during the call. Plain data; the session's thread.

#include <fanfare/error.hpp>
#include <fanfare/membership.hpp>
#include <fanfare/message.hpp>
#include <fanfare/outcome.hpp>
#include <fanfare/state.hpp>

#include <atomic>
#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "protocol/commands.hpp"
#include "protocol/content.hpp"
#include "protocol/record.hpp"

namespace fanfare::session {

using protocol::Handle;
/// The owner's number for something that will have an outcome; it comes back with it.
using Ticket = std::uint64_t;
/// The session's number for a request that waits for this client's answer; never used twice.
using ExchangeId = std::uint64_t;
/// The session's count of data commands received; handed back with handled().
using DataIndex = std::uint64_t;
/// The session's number for a delivery of a group; never used twice.
using WorkId = std::uint64_t;

/// The names behind a number of the broker's; shared, because handlers read them later.
struct TopicName {
  std::string topic;
  std::string stream;
};

/// A message for one subscription.
struct Arrival {
  Handle handle = 0;
  DataIndex data = 0;  ///< the delivery it came in
  Uuid epoch;
  const protocol::Record& record;
  const std::shared_ptr<const TopicName>& topic;
  std::string_view bytes;  ///< the record as it came
};

/// Shared by the deliveries of one topic (exclusive: of the group) that were handed over between two that were given
/// back. Whoever settles sets it when one fails or is deferred, on any thread: those of it that no handler has begun
/// are the broker's again and are to be dropped. The session makes it and does not look at it.
struct Run {
  std::atomic<bool> broken{false};
};

/// A message of a group for one membership.
struct WorkArrived {
  Arrival arrival;
  WorkId work;
  std::uint16_t attempt;
  /// False: it waits for another of its topic, until WorkBegun or WorkRevoked. Nothing of its delivery has to be handed
  /// back for it.
  bool begins;
  std::shared_ptr<Run> run;  ///< null when it is handed over without regard to others
};
/// It is its turn.
struct WorkBegun {
  WorkId work;
  std::shared_ptr<Run> run;
};
/// It is another's now: if it has not begun it is not to begin, and whatever is said of it is stale.
struct WorkRevoked {
  WorkId work;
};
/// What became of something that was said of a delivery: nullopt, `stale`, or a code that leaves it open.
struct Settled {
  Ticket ticket;
  std::optional<Error> error;
};
/// A membership that was to finish has: the broker has let it go, or its session is lost. It is gone.
struct MembershipFinished {
  Handle handle;
};
/// Of a member of an exclusive group. Without a connection it is standby.
struct RoleChanged {
  Handle handle;
  Role role;
};
/// A presence key became that, for one watch. It was told that it is `before`, or offline by being told all.
struct PresenceTold {
  Handle handle;
  std::string_view key;
  protocol::PresenceState before;
  protocol::PresenceState after;
};
/// A watch was told all that is online.
struct PresenceComplete {
  Handle handle;
  bool settling;
};
/// The outcome of manage().
struct Managed {
  Ticket ticket;
  std::optional<Error> error;
};

struct PublishFailed {
  Ticket ticket;
  Error error;
};
/// A traced publish went into a frame.
struct TracedSent {
  Uuid id;
};
struct Registered {
  Handle handle;
};
/// Where a subscription whose pattern lies in one stream begins in this session.
struct Begun {
  Handle handle;
  Position after;
  bool recovered;
};
/// All that it had missed was handed over.
struct CaughtUp {
  Handle handle;
  Position position;
};
/// The registration is gone.
struct RegistrationFailed {
  Handle handle;
  Error error;
};
struct GapSeen {
  Handle handle;
  Gap gap;
};
struct RequestArrived {
  Handle handle;
  ExchangeId exchange;
  DataIndex data;
  const protocol::ServiceRequest& request;
  const protocol::Content& content;
};
/// Nobody waits for this answer any more.
struct ExchangeEnded {
  ExchangeId exchange;
};
/// So much of what was said in parts, in bytes of content, has gone on to the caller.
struct PartsPassed {
  ExchangeId exchange;
  std::uint64_t bytes;
};
struct Replied {
  Ticket ticket;
  Reply reply;
};
/// A part of a reply, for a request that takes them one by one.
struct PartReplied {
  Ticket ticket;
  DataIndex data;
  Reply part;
};
struct RequestFailed {
  Ticket ticket;
  Error error;
};
struct QueryAnswered {
  Ticket ticket;
  std::vector<Headers> rows;
};
struct QueryFailed {
  Ticket ticket;
  Error error;
};

/// A page of stored messages.
struct PageFetched {
  Ticket ticket;
  DataIndex data;
  std::string_view records;                              ///< as many as topics, whole
  std::vector<std::shared_ptr<const TopicName>> topics;  ///< of each record
  std::string stream;
  Position through;
  bool last;
  bool recovered;
};
struct FetchFailed {
  Ticket ticket;
  Error error;
};

using Event = std::variant<State, PublishFailed, TracedSent, Registered, Begun, CaughtUp, RegistrationFailed, GapSeen,
                           RequestArrived, ExchangeEnded, PartsPassed, Replied, PartReplied, RequestFailed,
                           QueryAnswered, QueryFailed, PageFetched, FetchFailed, WorkArrived, WorkBegun, WorkRevoked,
                           Settled, MembershipFinished, RoleChanged, Managed, PresenceTold, PresenceComplete>;

struct Acknowledged;

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_message(const Arrival& arrival) = 0;
  virtual void on_acknowledged(const Acknowledged& acknowledged) = 0;
  virtual void on_event(Event&& event) = 0;
};

}  // namespace fanfare::session
