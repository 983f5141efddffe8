#pragma once
// The options of each call of the client, to be filled with designated initialisers. Plain data; any thread.

#include <fanfare/error.hpp>
#include <fanfare/headers.hpp>
#include <fanfare/membership.hpp>
#include <fanfare/message.hpp>
#include <fanfare/position.hpp>
#include <fanfare/state.hpp>
#include <fanfare/uuid.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <optional>
#include <stop_token>
#include <string>
#include <vector>

namespace fanfare {

/// What publish() does when `max_in_flight_bytes` wait for their acknowledgement.
enum class WhenFull : std::uint8_t {
  block,  ///< waits up to `block_timeout`, then fails with `not_sent`
  fail,   ///< fails with `not_sent` at once
};

struct ClientOptions {
  std::string address = "tcp://127.0.0.1:7410";
  std::string name = "client";  ///< 1 to 64 of A-Z a-z 0-9 _ - .; several clients may share it
  std::function<void(const State&)> on_state = {};
  std::chrono::milliseconds connect_timeout{5'000};  ///< for each attempt: until the broker has greeted
  std::size_t max_in_flight_bytes = 64U << 20U;
  WhenFull when_full = WhenFull::block;
  std::chrono::milliseconds block_timeout{30'000};
  std::chrono::milliseconds close_timeout{5'000};  ///< how long the destructor may take
  std::size_t receive_window = 1U << 20U;          ///< bytes of messages that may wait for handlers
  /// Where handlers run; none: on a thread of the client's own. Called with one piece of work at a time.
  std::function<void(std::function<void()>)> executor = {};
  /// An exception that left a handler; none: one line on standard error. Runs where handlers run.
  std::function<void(const std::exception&)> on_handler_error = {};
};

struct PublishOptions {
  Headers headers = {};
  std::string actor = {};       ///< for whom this is published; needs the right `act_for`
  std::optional<Uuid> id = {};  ///< none: a fresh UUIDv7. The same id again is stored once
  bool traced = false;          ///< each component on the way publishes a hop on `$sys.event.trace.<id>`
};

/// Where a subscription or a fetch begins. Other than now(), the pattern must lie in one stream, or it is refused with
/// `ambiguous_stream`.
class From {
 public:
  enum class Kind : std::uint8_t { now, all, after, at, time };

  static From now() { return From(Kind::now); }
  /// With the oldest message that is stored.
  static From all() { return From(Kind::all); }
  /// With the first message beyond `position`, which a message, an Ack or a Fetched has told.
  static From after(const Position& position) { return {Kind::after, position, {}}; }
  /// With this sequence of the stream's current epoch.
  static From at(std::uint64_t sequence) { return {Kind::at, {{}, sequence}, {}}; }
  /// With the first message of this time, by the broker's clock, or later.
  static From time(Timestamp time) { return {Kind::time, {}, time}; }

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] const Position& position() const { return position_; }
  [[nodiscard]] Timestamp timestamp() const { return time_; }

 private:
  From(Kind kind, const Position& position = {}, Timestamp time = {}) : kind_(kind), position_(position), time_(time) {}

  Kind kind_;
  Position position_;
  Timestamp time_;
};

/// What the broker does for a subscriber that does not keep up.
enum class Overflow : std::uint8_t {
  standard,     ///< spill in streams, drop_oldest outside
  spill,        ///< catches up from the journal later
  drop_oldest,  ///< drops and says so with a Gap
  close,        ///< ends the session
};

/// Where a subscription to a stream begins, as the broker has said.
struct Beginning {
  Position after;         ///< with the first message beyond it; nil and 0: with the first there is
  bool recovered = true;  ///< false: of what follows the position asked for something may be missing; a Gap says what
};

/// A subscription whose pattern lies in one stream goes on by itself after a lost session, from the last message that
/// this client got: none comes twice, and none is missing but what a Gap tells. That includes From::now. Others begin
/// anew then, with a Gap. To go on after the process has ended, store the position of each message with what was made
/// of it, and begin with From::after.

struct SubscribeOptions {
  From from = From::now();
  Overflow overflow = Overflow::standard;
  std::function<void(const Gap&)> on_gap = {};
  std::function<void()> on_ready = {};              ///< the broker has it; again after each new session
  std::function<void(const Error&)> on_error = {};  ///< it was refused and has ended
  /// Before on_ready, if the pattern lies in one stream; again after each new session, with where it goes on.
  std::function<void(const Beginning&)> on_begin = {};
  /// All that was stored when it began has been handed over, up to this position; what comes from now on is live. Again
  /// after each new session; for From::now only then.
  std::function<void(const Position&)> on_caught_up = {};
};

/// Which stored messages fetch() reads: those of a pattern that lies in one stream.
struct FetchOptions {
  From from = From::all();
  std::uint32_t max_count = 0;  ///< 0: as many as fit
  std::uint32_t max_bytes =
      0;  ///< of messages; 0, or more than the broker gives at once: as many as that. One always fits
};

/// A page of stored messages, oldest first. It may be empty and not the last: then there was much to look through. The
/// messages share one copy of the page's bytes.
struct Fetched {
  std::vector<Message> messages;
  std::string stream;
  Position through;       ///< nothing that matches up to here is missing: fetch on with From::after(through)
  bool last = false;      ///< nothing more is stored
  bool recovered = true;  ///< false: between the position asked for and `through` something may be missing
};

struct RequestOptions {
  Headers headers = {};
  std::string actor = {};
  std::optional<Uuid> id = {};  ///< none: a fresh UUIDv7
  bool retry_safe = false;      ///< handling it twice does no harm: lost with its member, it is given to another
  /// A part of a reply that comes in several; the last one is the outcome. None: parts are put together, up to 64 MiB,
  /// and are the beginning of the reply's payload. `timeout` counts from one to the next. Runs where handlers run.
  std::function<void(const Reply&)> on_part = {};
  std::stop_token stop = {};  ///< takes the request back: it fails with `canceled`
};

struct ServeOptions {
  std::uint32_t max_in_flight = 0;                  ///< requests open at once; 0: no bound
  std::function<void()> on_ready = {};              ///< the broker has it; again after each new session
  std::function<void(const Error&)> on_error = {};  ///< it was refused and has ended
};

/// Who of a group gets what.
enum class Order : std::uint8_t {
  any,        ///< each message to the member with the least to do
  key,        ///< messages of one topic in their order, to one member at a time
  exclusive,  ///< all to one member, the others stand by
};

/// Where a group begins that does not exist yet.
enum class GroupStart : std::uint8_t { beginning, now };

/// `order`, the pattern and what is not 0 or empty of the limits have to be those that the group has
/// (`group_mismatch`); for a group that does not exist yet 0 and empty stand for the defaults named here.
struct JoinOptions {
  Order order = Order::any;
  GroupStart from = GroupStart::beginning;
  std::uint32_t max_in_flight =
      256;  ///< messages this member may have unsettled, 1 to 65,536; its own, not the group's
  std::chrono::milliseconds ack_wait{0};  ///< 30 s: how long one may be handled before it counts as failed
  std::uint16_t max_deliver = 0;          ///< 5: failures after which a message goes to the dead letters
  std::uint32_t max_pending = 0;          ///< 1,000,000: unfinished messages; beyond it the group waits
  std::vector<std::chrono::milliseconds> back_off = {};  ///< 1 s, 5 s, 30 s, 2 min: before each next try
  /// With an asynchronous handler in a group with an order: a message is handed over although earlier ones of its topic
  /// are not settled, for handlers that gather. If an earlier one comes back, those after it come again too.
  bool pipelined = false;
  std::function<void(const Role&)> on_role = {};    ///< exclusive: again after each new session
  std::function<void()> on_ready = {};              ///< the broker has it; again after each new session
  std::function<void(const Error&)> on_error = {};  ///< it was refused and has ended
};

/// What an operator does to a group.
struct GroupAction {
  enum class Kind : std::uint8_t { reset, drop, retry_dead, drop_dead };

  Kind kind = Kind::reset;
  std::string group = {};
  From from = From::all();                       ///< reset: all, now, after or at
  std::vector<std::uint64_t> dead_letters = {};  ///< sequences in the stream `dead`; none: all of the group
};

/// What query() can ask for.
enum class QueryKind : std::uint8_t {
  broker,
  sessions,
  streams,
  subscriptions,
  services,
  groups,
  presence,
  members,
  dead_letters
};

}  // namespace fanfare
