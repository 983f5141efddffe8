#pragma once
// The commands of the wire, each a struct whose fields() is its layout (PROTOCOL.md §5). Texts are views into the frame
// they were read from. Plain data; any thread.

#include <fanfare/error_code.hpp>
#include <fanfare/position.hpp>
#include <fanfare/uuid.hpp>

#include <cstdint>
#include <vector>

#include "protocol/limits.hpp"
#include "protocol/wire.hpp"

namespace fanfare::protocol {

enum class CommandType : std::uint8_t {
  hello = 1,
  welcome = 2,
  ok = 3,
  error = 4,
  ping = 5,
  pong = 6,
  bye = 7,
  drain = 8,
  credit = 9,
  topic = 10,
  forget = 11,
  publish = 12,
  puback = 13,
  subscribe = 14,
  unsubscribe = 15,
  deliver = 16,
  caught_up = 17,
  position = 18,
  gap = 19,
  fetch = 20,
  page = 21,
  query = 22,
  serve = 23,
  request = 24,
  reply = 25,
  cancel = 26,
  join = 27,
  leave = 28,
  ack = 29,
  nack = 30,
  progress = 31,
  role = 32,
  revoke = 33,
  presence = 34,
};

/// Chosen by the client, in rising order, for whatever has an outcome; the answer carries it. 0 is none.
using RequestNumber = std::uint64_t;
/// Chosen by the client for a subscription, a service or a membership; one number space per session.
using Handle = std::uint32_t;
/// The broker's number of a stream, valid for its run and listed in WELCOME. 0 is none: ephemeral.
using StreamNumber = std::uint16_t;

inline constexpr StreamNumber kNoStream = 0;

struct StreamPosition {
  StreamNumber stream = kNoStream;
  Position position;

  bool operator==(const StreamPosition&) const = default;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.stream, self.position.epoch, self.position.sequence);
  }
};

// ---- Connection
// ------------------------------------------------------------------------------------------------------

struct Hello {
  static constexpr auto kType = CommandType::hello;
  static constexpr std::uint8_t kResume = 1;

  std::uint8_t version_min = 0;
  std::uint8_t version_max = 0;
  std::uint8_t flags = 0;   ///< kResume: the four fields at the end are there
  std::uint64_t limit = 0;  ///< bytes of data commands the broker may send before a CREDIT raises it
  ShortText name;           ///< the peer's name, see is_name()
  ShortText software;       ///< for people: `fanfare-sdk/0.1.0`
  Uuid session;
  Uuid secret;
  std::uint64_t handled = 0;  ///< data commands of the broker handled in this session
  std::uint64_t sent = 0;     ///< data commands sent to the broker in this session

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.version_min, self.version_max, self.flags, self.limit, self.name, self.software);
    if ((self.flags & kResume) != 0) archive(self.session, self.secret, self.handled, self.sent);
  }
};

struct StreamInfo {
  StreamNumber number = kNoStream;
  ShortText name;
  Position head;                  ///< the last committed position; sequence 0 when it is empty
  std::vector<ShortText> topics;  ///< the patterns of its topics; no topic is in two streams

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.number, self.name, self.head.epoch, self.head.sequence, self.topics);
  }
};

struct Welcome {
  static constexpr auto kType = CommandType::welcome;
  static constexpr std::uint8_t kResumed = 1;

  std::uint8_t version = 0;
  std::uint8_t flags = 0;  ///< kResumed
  Uuid session;
  Uuid secret;                ///< only the latest one resumes
  Uuid run;                   ///< this life of the broker
  std::uint64_t handled = 0;  ///< data commands of the client handled in this session
  std::uint64_t limit = 0;    ///< bytes of data commands the client may send before a CREDIT raises it
  std::uint32_t lease_ms = 0;
  std::uint32_t heartbeat_ms = 0;
  std::int64_t clock = 0;  ///< the broker's, microseconds since 1970
  Limits limits;
  ShortText publisher;  ///< what the broker stamps on this peer's messages
  std::vector<StreamInfo> streams;

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.version, self.flags, self.session, self.secret, self.run, self.handled, self.limit, self.lease_ms,
            self.heartbeat_ms, self.clock);
    archive(self.limits.message, self.limits.frame, self.limits.subscriptions, self.limits.in_flight,
            self.limits.header_bytes, self.limits.header_count, self.limits.topic_bytes, self.limits.topic_tokens);
    archive(self.publisher, self.streams);
  }
};

struct Ok {
  static constexpr auto kType = CommandType::ok;
  static constexpr std::uint8_t kRecovered = 1;

  RequestNumber request = 0;
  std::uint8_t flags = 0;  ///< kRecovered: a SUBSCRIBE's position was found, nothing in between is missing
  std::vector<StreamPosition> positions;  ///< of a SUBSCRIBE: where it begins, per stream

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.flags, self.positions);
  }
};

struct Error {
  static constexpr auto kType = CommandType::error;
  static constexpr std::uint8_t kCloses = 1;

  RequestNumber request = 0;  ///< 0: about the connection
  CommandType command{};      ///< what it answers
  ErrorCode code{};
  std::uint8_t flags = 0;  ///< kCloses: the session ends with this
  std::uint32_t retry_after_ms = 0;
  LongText text;

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.command, self.code, self.flags, self.retry_after_ms, self.text);
  }
};

struct Ping {
  static constexpr auto kType = CommandType::ping;
  std::uint64_t token = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.token);
  }
};

struct Pong {
  static constexpr auto kType = CommandType::pong;
  std::uint64_t token = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.token);
  }
};

struct Bye {
  static constexpr auto kType = CommandType::bye;
  template <class Self, class Archive>
  static void fields(Self&, Archive&) {}
};

struct Drain {
  static constexpr auto kType = CommandType::drain;
  std::uint32_t deadline_ms = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.deadline_ms);
  }
};

struct Credit {
  static constexpr auto kType = CommandType::credit;
  std::uint64_t handled = 0;  ///< data commands handled in this session
  std::uint64_t limit = 0;    ///< bytes of data commands that may be sent on this connection; never falls
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.handled, self.limit);
  }
};

// ---- Topics and messages
// ---------------------------------------------------------------------------------------------

struct Topic {
  static constexpr auto kType = CommandType::topic;
  std::uint32_t number = 0;
  StreamNumber stream = kNoStream;  ///< numbers of one stream are apart from another's; 0 from a client
  ShortText name;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.number, self.stream, self.name);
  }
};

struct Forget {
  static constexpr auto kType = CommandType::forget;
  StreamNumber stream = kNoStream;
  std::vector<std::uint32_t> numbers;  ///< none: all of all streams
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.stream, self.numbers);
  }
};

/// Bits that messages, requests and records share.
namespace message_flags {
inline constexpr std::uint8_t kId = 1;         ///< the content begins with an id
inline constexpr std::uint8_t kResent = 2;     ///< PUBLISH: may have been sent before; `last` is there
inline constexpr std::uint8_t kTraced = 4;     ///< each component that handles it tells $sys.event.trace.<id>
inline constexpr std::uint8_t kRetrySafe = 8;  ///< REQUEST: handling it twice does no harm
}  // namespace message_flags

struct Publish {
  static constexpr auto kType = CommandType::publish;
  RequestNumber request = 0;
  std::uint32_t topic = 0;
  std::uint8_t flags = 0;
  std::uint8_t actor_size = 0;
  std::uint16_t headers_size = 0;
  StreamPosition last;  ///< the last position acknowledged to this publisher on the stream
  Tail content;         ///< [id] actor headers payload

  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.topic, self.flags, self.actor_size, self.headers_size);
    if ((self.flags & message_flags::kResent) != 0) archive(self.last);
    archive(self.content);
  }
};

/// A run of acknowledged publishes: requests `first`, `first` + 1, … hold sequences `sequence`, `sequence` + 1, …
struct AckRange {
  static constexpr std::uint8_t kRepeated = 1;

  RequestNumber first = 0;
  std::uint32_t count = 0;
  std::uint8_t flags = 0;  ///< kRepeated: the id was known, this is the first one's position
  StreamNumber stream = kNoStream;
  Uuid epoch;
  std::uint64_t sequence = 0;  ///< without a stream: how many sessions each of the run was handed to
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.first, self.count, self.flags, self.stream, self.epoch, self.sequence);
  }
};

struct Puback {
  static constexpr auto kType = CommandType::puback;
  std::vector<AckRange> ranges;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.ranges);
  }
};

// ---- Subscriptions
// ---------------------------------------------------------------------------------------------------

enum class From : std::uint8_t { now = 0, all = 1, after = 2, at = 3, time = 4 };
constexpr From last_value(From) { return From::time; }

enum class Overflow : std::uint8_t { standard = 0, spill = 1, drop_oldest = 2, close = 3 };
constexpr Overflow last_value(Overflow) { return Overflow::close; }

struct Subscribe {
  static constexpr auto kType = CommandType::subscribe;
  RequestNumber request = 0;
  Handle handle = 0;
  From from = From::now;
  Overflow overflow = Overflow::standard;
  Position position;      ///< after: exclusive; at: inclusive, the epoch is not looked at
  std::int64_t time = 0;  ///< microseconds since 1970
  ShortText pattern;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.handle, self.from, self.overflow, self.position.epoch, self.position.sequence, self.time,
            self.pattern);
  }
};

/// Ends a subscription or a service.
struct Unsubscribe {
  static constexpr auto kType = CommandType::unsubscribe;
  RequestNumber request = 0;
  Handle handle = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.handle);
  }
};

enum class DeliveryKind : std::uint8_t { live = 0, replay = 1, group = 2 };
constexpr DeliveryKind last_value(DeliveryKind) { return DeliveryKind::group; }

struct Deliver {
  static constexpr auto kType = CommandType::deliver;
  StreamNumber stream = kNoStream;
  DeliveryKind kind = DeliveryKind::live;
  Handle handle = 0;          ///< of the replayed subscription or the membership; live: 0
  Uuid epoch;                 ///< nil without a stream
  std::uint64_t through = 0;  ///< up to here nothing of this delivery is missing
  std::uint32_t count = 0;
  std::vector<std::uint16_t> attempts;  ///< group: one per record
  Tail records;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.stream, self.kind, self.handle, self.epoch, self.through, self.count);
    if (self.kind == DeliveryKind::group) archive(self.attempts);
    archive(self.records);
  }
};

struct CaughtUp {
  static constexpr auto kType = CommandType::caught_up;
  Handle handle = 0;
  StreamPosition at;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.handle, self.at);
  }
};

struct PositionUpdate {
  static constexpr auto kType = CommandType::position;
  StreamPosition through;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.through);
  }
};

enum class GapReason : std::uint8_t { session_lost = 0, overflow = 1, retention = 2, epoch_changed = 3, damaged = 4 };
constexpr GapReason last_value(GapReason) { return GapReason::damaged; }

struct Gap {
  static constexpr auto kType = CommandType::gap;
  Handle handle = 0;  ///< 0: all of the session's subscriptions
  StreamNumber stream = kNoStream;
  Uuid epoch;
  std::uint64_t from = 0;  ///< first and last sequence that may be missing; 0 without a stream
  std::uint64_t to = 0;
  GapReason reason = GapReason::session_lost;
  std::uint64_t dropped = 0;  ///< messages, where they were counted
  ShortText pattern;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.handle, self.stream, self.epoch, self.from, self.to, self.reason, self.dropped, self.pattern);
  }
};

struct Fetch {
  static constexpr auto kType = CommandType::fetch;
  RequestNumber request = 0;
  From from = From::all;
  Position position;
  std::int64_t time = 0;
  std::uint32_t max_count = 0;
  std::uint32_t max_bytes = 0;
  ShortText pattern;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.from, self.position.epoch, self.position.sequence, self.time, self.max_count,
            self.max_bytes, self.pattern);
  }
};

enum class PageKind : std::uint8_t { records = 0, rows = 1 };
constexpr PageKind last_value(PageKind) { return PageKind::rows; }

struct Page {
  static constexpr auto kType = CommandType::page;
  static constexpr std::uint8_t kLast = 1;
  static constexpr std::uint8_t kRecovered = 2;

  RequestNumber request = 0;
  PageKind kind = PageKind::records;
  std::uint8_t flags = 0;
  StreamPosition through;  ///< of records: ask on after this
  LongText next;           ///< of rows: the cursor to go on with
  std::uint32_t count = 0;
  Tail content;  ///< records, or rows: each a u16 size and a header map
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.kind, self.flags, self.through, self.next, self.count, self.content);
  }
};

enum class QueryKind : std::uint8_t {
  broker = 0,
  sessions = 1,
  streams = 2,
  subscriptions = 3,
  services = 4,
  groups = 5,
  presence = 6
};
constexpr QueryKind last_value(QueryKind) { return QueryKind::presence; }

struct Query {
  static constexpr auto kType = CommandType::query;
  RequestNumber request = 0;
  QueryKind kind = QueryKind::broker;
  std::uint32_t limit = 0;  ///< rows per page; 0: the broker's choice
  LongText cursor;          ///< empty: from the beginning
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.kind, self.limit, self.cursor);
  }
};

// ---- Services
// --------------------------------------------------------------------------------------------------------

struct Serve {
  static constexpr auto kType = CommandType::serve;
  RequestNumber request = 0;
  Handle handle = 0;
  std::uint32_t max_in_flight = 0;  ///< requests it takes at once; 0: no bound but the window
  ShortText pattern;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.handle, self.max_in_flight, self.pattern);
  }
};

/// Caller to broker.
struct Request {
  static constexpr auto kType = CommandType::request;
  RequestNumber request = 0;
  std::uint32_t timeout_ms = 0;
  std::uint8_t flags = 0;
  std::uint8_t actor_size = 0;
  std::uint16_t headers_size = 0;
  ShortText topic;
  Tail content;  ///< [id] actor headers payload
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.timeout_ms, self.flags, self.actor_size, self.headers_size, self.topic, self.content);
  }
};

/// Broker to member: the request, under the broker's own number.
struct ServiceRequest {
  static constexpr auto kType = CommandType::request;
  std::uint64_t exchange = 0;
  Handle handle = 0;  ///< of the SERVE it goes to
  std::uint32_t remaining_ms = 0;
  std::uint16_t attempt = 1;
  std::uint8_t flags = 0;
  std::uint8_t actor_size = 0;
  std::uint16_t headers_size = 0;
  ShortText topic;
  ShortText publisher;
  Tail content;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.exchange, self.handle, self.remaining_ms, self.attempt, self.flags, self.actor_size, self.headers_size,
            self.topic, self.publisher, self.content);
  }
};

/// Member to broker (number: the exchange) and broker to caller (number: the request).
struct Reply {
  static constexpr auto kType = CommandType::reply;
  static constexpr std::uint8_t kMore = 1;
  static constexpr std::uint8_t kFailed = 2;

  std::uint64_t number = 0;
  std::uint8_t flags =
      0;  ///< kMore: further replies of the same number follow; kFailed: the payload says what went wrong
  std::uint16_t headers_size = 0;
  Tail content;  ///< headers payload
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.number, self.flags, self.headers_size, self.content);
  }
};

/// Caller to broker (number: the request) and broker to member (number: the exchange).
struct Cancel {
  static constexpr auto kType = CommandType::cancel;
  std::uint64_t number = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.number);
  }
};

// ---- Groups and presence
// ---------------------------------------------------------------------------------------------

enum class GroupOrder : std::uint8_t { any = 0, key = 1, exclusive = 2 };
constexpr GroupOrder last_value(GroupOrder) { return GroupOrder::exclusive; }

struct Join {
  static constexpr auto kType = CommandType::join;
  RequestNumber request = 0;
  Handle handle = 0;
  GroupOrder order = GroupOrder::any;
  From from = From::all;  ///< all or now; counts only when the JOIN creates the group
  std::uint32_t max_in_flight = 0;
  std::uint32_t ack_wait_ms = 0;
  std::uint16_t max_deliver = 0;
  std::uint32_t max_pending = 0;
  std::vector<std::uint32_t> back_off_ms;
  ShortText group;
  ShortText pattern;  ///< empty: an exclusive group that only elects
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.handle, self.order, self.from, self.max_in_flight, self.ack_wait_ms, self.max_deliver,
            self.max_pending, self.back_off_ms, self.group, self.pattern);
  }
};

struct Leave {
  static constexpr auto kType = CommandType::leave;
  RequestNumber request = 0;
  Handle handle = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.handle);
  }
};

struct AckEntry {
  std::uint64_t sequence = 0;
  std::uint16_t attempt = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.sequence, self.attempt);
  }
};

struct Ack {
  static constexpr auto kType = CommandType::ack;
  static constexpr std::uint8_t kCumulative = 1;

  RequestNumber request = 0;
  Handle handle = 0;
  std::uint8_t flags = 0;  ///< kCumulative: everything up to the entry that was delivered on this handle
  Uuid epoch;
  std::vector<AckEntry> entries;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.handle, self.flags, self.epoch, self.entries);
  }
};

enum class NackKind : std::uint8_t { failed = 0, defer = 1 };
constexpr NackKind last_value(NackKind) { return NackKind::defer; }

struct Nack {
  static constexpr auto kType = CommandType::nack;
  RequestNumber request = 0;
  Handle handle = 0;
  NackKind kind = NackKind::failed;
  std::uint32_t delay_ms = 0;
  Uuid epoch;
  AckEntry entry;
  LongText reason;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.handle, self.kind, self.delay_ms, self.epoch, self.entry, self.reason);
  }
};

struct Progress {
  static constexpr auto kType = CommandType::progress;
  Handle handle = 0;
  Uuid epoch;
  AckEntry entry;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.handle, self.epoch, self.entry);
  }
};

enum class RoleKind : std::uint8_t { standby = 0, active = 1 };
constexpr RoleKind last_value(RoleKind) { return RoleKind::active; }

struct Role {
  static constexpr auto kType = CommandType::role;
  Handle handle = 0;
  RoleKind role = RoleKind::standby;
  std::uint64_t term = 0;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.handle, self.role, self.term);
  }
};

struct Revoke {
  static constexpr auto kType = CommandType::revoke;
  Handle handle = 0;
  Uuid epoch;
  std::vector<AckEntry> entries;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.handle, self.epoch, self.entries);
  }
};

enum class PresenceAction : std::uint8_t { hold = 0, release = 1, watch = 2, unwatch = 3 };
constexpr PresenceAction last_value(PresenceAction) { return PresenceAction::unwatch; }

/// Client to broker.
struct PresenceCommand {
  static constexpr auto kType = CommandType::presence;
  RequestNumber request = 0;
  PresenceAction action = PresenceAction::hold;
  std::vector<ShortText> keys;  ///< of a watch: patterns
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.request, self.action, self.keys);
  }
};

enum class PresenceState : std::uint8_t { offline = 0, online = 1, unknown = 2 };
constexpr PresenceState last_value(PresenceState) { return PresenceState::unknown; }

enum class PresenceKind : std::uint8_t { snapshot = 0, change = 1, reset = 2 };
constexpr PresenceKind last_value(PresenceKind) { return PresenceKind::reset; }

struct PresenceEntry {
  PresenceState state = PresenceState::offline;
  ShortText key;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.state, self.key);
  }
};

/// Broker to client.
struct PresenceUpdate {
  static constexpr auto kType = CommandType::presence;
  static constexpr std::uint8_t kLast = 1;
  static constexpr std::uint8_t kSettling = 2;

  PresenceKind kind = PresenceKind::snapshot;
  std::uint8_t flags = 0;
  Uuid run;
  std::uint64_t version = 0;
  std::vector<PresenceEntry> entries;
  template <class Self, class Archive>
  static void fields(Self& self, Archive& archive) {
    archive(self.kind, self.flags, self.run, self.version, self.entries);
  }
};

}  // namespace fanfare::protocol
