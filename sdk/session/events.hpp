#pragma once
// What the session tells its owner. The port Listener is called from within the session's own calls and must not call
// back into it; views are valid during the call. Plain data; the session's thread.

#include <fanfare/error.hpp>
#include <fanfare/message.hpp>
#include <fanfare/outcome.hpp>
#include <fanfare/state.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
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
struct Replied {
  Ticket ticket;
  Reply reply;
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
                           RequestArrived, ExchangeEnded, Replied, RequestFailed, QueryAnswered, QueryFailed,
                           PageFetched, FetchFailed>;

class Listener {
 public:
  virtual ~Listener() = default;
  virtual void on_message(const Arrival& arrival) = 0;
  virtual void on_acknowledged(Ticket ticket, Ack&& ack) = 0;
  virtual void on_event(Event&& event) = 0;
};

}  // namespace fanfare::session
