#pragma once
// Requests between callers and the members that serve a topic: the least busy member gets it, the caller hears exactly
// one outcome, and nothing waits past its deadline. One that is safe to retry goes to another member when its own is
// lost; its content is kept for that, per caller at most as much as may wait for it. Owned by the core; its thread
// only.

#include <fanfare/error_code.hpp>

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
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
  void cancel(Session& caller, const protocol::Cancel& command);

  // service_replies.cpp
  /// A member's answer. Its session has to end when its fields do not fit each other (`malformed_frame`), or when it
  /// sends parts that its caller has no room for (`credit_exceeded`).
  [[nodiscard]] std::optional<ErrorCode> reply(Session& member, const protocol::Reply& command, Instant now);
  /// Something was sent to the session, and it may have room again: members hear what has gone on to their callers.
  void flushed(Session& session, Instant now);

  /// Ends what has passed its deadline.
  void tick(Instant now);
  [[nodiscard]] std::optional<std::chrono::microseconds> next_deadline() const;

  // service_retries.cpp
  /// Its connection is lost: what is safe to retry goes to another member, if there is one before it comes back.
  void detached(Session& session);
  void attached(Session& session);
  /// The session ends: of what it was handed, what is safe to retry goes to others, the callers of the rest hear
  /// `outcome_unknown`; members of what it asked get CANCEL.
  void leave(Session& session);
  /// Hands what waits for another member to those that have room.
  void run(Instant now);
  /// Something has changed for what waits.
  [[nodiscard]] bool ready() const { return (changed_ && !waiting_.empty()) || has_passed_; }

  [[nodiscard]] const std::unordered_map<std::uint32_t, Member>& members() const { return members_; }
  [[nodiscard]] std::size_t open() const { return exchanges_.size(); }

 private:
  /// Of a request that is safe to retry.
  struct Kept {
    std::string topic;
    std::string content;
    std::uint8_t flags;
    std::uint8_t actor_size;
    std::uint16_t headers_size;

    [[nodiscard]] std::size_t size() const { return topic.size() + content.size() + sizeof(Kept); }
  };

  struct Exchange {
    SessionKey caller = 0;
    protocol::RequestNumber request = 0;
    std::chrono::microseconds timeout{};
    std::chrono::microseconds deadline{};
    std::unique_ptr<const Kept> kept{};  ///< null: it is not to be retried
    std::uint16_t attempt = 0;
    std::uint32_t member = 0;  ///< 0: nobody has it, as `worker`
    SessionKey worker = 0;
    bool has_begun = false;    ///< a part of the reply came
    std::uint64_t parts = 0;   ///< bytes of parts that came
    std::uint64_t passed = 0;  ///< of these, gone on to the caller
  };
  using Exchanges = std::unordered_map<std::uint64_t, Exchange>;

  [[nodiscard]] Member* least_busy(std::string_view topic, std::size_t size, bool& any);
  void hand(std::uint64_t number, Member& member, const protocol::Request& request, Instant now);
  void extend(std::uint64_t number, Exchange& exchange, Instant now);
  void finish(std::uint64_t number);
  void fail(std::uint64_t number, ErrorCode code, std::string_view detail);
  void tell_worker_canceled(const Exchange& exchange, std::uint64_t number);

  [[nodiscard]] bool may_retry(const Exchange& exchange) const;
  void wait_for_another(std::uint64_t number);
  void wait_no_more(std::uint64_t number, const Exchange& exchange);
  void take_from_worker(std::uint64_t number, Exchange& exchange);
  void retry(std::uint64_t number, Member& member, Instant now);

  const Settings& settings_;
  Sessions& sessions_;
  Counters& counters_;
  SubscriptionIndex index_;
  std::unordered_map<std::uint32_t, Member> members_;
  Exchanges exchanges_;
  std::set<std::pair<std::chrono::microseconds, std::uint64_t>> deadlines_;
  std::map<std::string, std::set<std::uint64_t>, std::less<>> waiting_;  ///< for another member, by their topics
  bool changed_ = false;                                                 ///< there may be a member for what waits
  bool has_passed_ = false;  ///< members were told something since the last run
  std::uint32_t last_member_ = 0;
  std::uint64_t last_exchange_ = 0;
};

}  // namespace fanfare::broker::core
