#pragma once
// One client as the core knows it, from WELCOME until it ends. Plain state that the parts of the core work on.
// Owned by the core; its thread only.

#include <chrono>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "broker/core/ack_ranges.hpp"
#include "broker/core/drop_counts.hpp"
#include "broker/core/effects.hpp"
#include "broker/core/inflow.hpp"
#include "broker/core/outbox.hpp"
#include "broker/core/settings.hpp"
#include "broker/core/topic_numbers.hpp"

namespace fanfare::broker::core {

/// Never used twice in a run of the broker, unlike a pointer.
using SessionKey = std::uint64_t;
using AudienceId = ListenerId;

inline constexpr AudienceId kNoAudience = 0;

struct Subscription {
  std::string pattern;
  protocol::Overflow overflow = protocol::Overflow::standard;
  std::uint64_t feed = 0;  ///< the replay that catches it up; 0: it is live
};

/// The live subscriptions of a session that touch a stream.
struct Interest {
  std::uint32_t subscriptions = 0;
  std::uint32_t dropping = 0;  ///< of these, those that would rather miss something than wait
};

struct Session {
  Session(SessionKey session_key, ConnectionId on, CreditPool& pool, const Settings& settings)
      : key(session_key), connection(on), limits(settings.limits), in(pool), out(settings.outbox) {}

  /// False: its connection is lost, and it waits for another until its lease ends.
  [[nodiscard]] bool attached() const { return connection != kNoConnection; }

  SessionKey key;
  ConnectionId connection;
  Uuid id;
  Uuid secret;
  Uuid previous_secret;  ///< resumes, too, until something has come after the latest: nil then
  std::string name;
  std::string software;
  std::string publisher;          ///< stamped on what it sends
  const protocol::Limits limits;  ///< as it was told, whatever counts for later ones
  std::chrono::microseconds opened{};
  std::chrono::microseconds last_heard{};

  Inflow in;
  Outbox out;
  DropCounts drops;
  AckRanges acks;
  bool to_flush = false;         ///< something waits to be sent
  bool ended = false;            ///< no command of it is handled any more
  bool credit_owed = false;      ///< the core has its time noted
  bool wants_positions = false;  ///< tell it how far its streams are, once nothing waits for it

  TopicNumbers topics;
  std::unordered_map<protocol::Handle, Subscription> subscriptions;
  std::map<std::string, std::uint32_t, std::less<>> patterns;  ///< how many subscriptions have each
  AudienceId audience = kNoAudience;
  std::map<protocol::StreamNumber, Interest> streams;  ///< that its patterns have touched
  std::uint32_t fetches = 0;                           ///< open ones

  std::unordered_map<protocol::Handle, std::uint64_t> memberships;   ///< member of each JOIN
  std::unordered_map<protocol::Handle, std::uint32_t> services;      ///< member of each SERVE
  std::unordered_map<protocol::RequestNumber, std::uint64_t> calls;  ///< its open requests: exchanges
  std::set<std::uint64_t> work;                                      ///< exchanges it was handed
  std::size_t kept_requests = 0;  ///< bytes of its open requests that may go to another member

  std::uint64_t published = 0;
  std::uint64_t handed = 0;  ///< messages of groups
};

}  // namespace fanfare::broker::core
