#pragma once
// Requests between callers and the members that serve a topic: the least busy member gets it, the caller hears exactly
// one outcome, and nothing waits past its deadline. Owned by the core; its thread only.

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "broker/core/counters.hpp"
#include "broker/core/instant.hpp"
#include "broker/core/sessions.hpp"
#include "broker/core/subscription_index.hpp"

namespace fanfare::broker::core {

class Services {
 public:
  struct Member {
    SessionKey session = 0;
    protocol::Handle handle = 0;
    std::string pattern;
    std::uint32_t max_in_flight = 0;
    std::uint32_t in_flight = 0;
    std::uint64_t last_used = 0;  ///< between equally busy ones the longest idle is next
  };

  Services(const Settings& settings, Sessions& sessions, Counters& counters)
      : settings_(settings), sessions_(sessions), counters_(counters) {}

  /// The handle is free and the pattern valid.
  void serve(Session& session, const protocol::Serve& command);
  /// The service takes no new request; what it has it may still answer.
  void stop(Session& session, protocol::Handle handle);

  /// Hands a request to a member or refuses it; false when its fields do not fit each other (malformed).
  [[nodiscard]] bool request(Session& caller, const protocol::Request& command, Instant now);
  /// A member's answer; false when its fields do not fit each other (malformed).
  [[nodiscard]] bool reply(Session& member, const protocol::Reply& command);
  void cancel(Session& caller, const protocol::Cancel& command);

  /// Ends what has passed its deadline.
  void tick(Instant now);
  [[nodiscard]] std::optional<std::chrono::microseconds> next_deadline() const;

  /// The session ends: callers of what it was handed hear `outcome_unknown`, members of what it asked get CANCEL.
  void leave(Session& session);

  [[nodiscard]] const std::unordered_map<std::uint32_t, Member>& members() const { return members_; }
  [[nodiscard]] std::size_t open() const { return exchanges_.size(); }

 private:
  struct Exchange {
    SessionKey caller = 0;
    protocol::RequestNumber request = 0;
    std::uint32_t member = 0;
    SessionKey worker = 0;
    std::chrono::microseconds deadline{};
  };

  [[nodiscard]] Member* least_busy(std::string_view topic, std::size_t size, bool& any);
  void finish(std::uint64_t number);
  void tell_caller(const Exchange& exchange, ErrorCode code, std::string_view detail);
  void tell_worker_canceled(const Exchange& exchange, std::uint64_t number);

  const Settings& settings_;
  Sessions& sessions_;
  Counters& counters_;
  SubscriptionIndex index_;
  std::unordered_map<std::uint32_t, Member> members_;
  std::unordered_map<std::uint64_t, Exchange> exchanges_;
  std::set<std::pair<std::chrono::microseconds, std::uint64_t>> deadlines_;
  std::uint32_t last_member_ = 0;
  std::uint64_t last_exchange_ = 0;
};

}  // namespace fanfare::broker::core
