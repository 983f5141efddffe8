#pragma once
// Who gets what: sessions that subscribe to exactly the same patterns form one audience, and each record is encoded
// once per audience that it reaches. Owned by the core; its thread only.
//
// An audience's open batch gathers records of one stream in the order they come, so that each session sees every
// stream in sequence order and every topic in publishing order. Whenever membership changes, or a record of another
// stream comes, the open batch is sealed first: what was gathered goes to those who were members then.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/core/delivery_batch.hpp"
#include "broker/core/session.hpp"
#include "broker/core/subscription_index.hpp"

namespace fanfare::broker::core {

class Audiences {
 public:
  /// `on_waiting`: a session has something to send.
  explicit Audiences(std::function<void(Session&)> on_waiting) : on_waiting_(std::move(on_waiting)) {}

  void subscribe(Session& session, const std::string& pattern);
  void unsubscribe(Session& session, const std::string& pattern);
  /// The session ends: it leaves, whatever it was subscribed to.
  void leave(Session& session);

  /// The audiences that `topic` reaches, from its cache where that is up to date.
  [[nodiscard]] const std::vector<AudienceId>& reach(Topic& topic);

  /// Whether `topic` reaches any; it need not be known and is not remembered.
  [[nodiscard]] bool reach_anybody(std::string_view topic) const { return !index_.match(topic).empty(); }

  /// How many sessions those are.
  [[nodiscard]] std::uint32_t sessions(const std::vector<AudienceId>& audiences) const;

  /// The batch of `audience` that a record of this stream is appended to next. `through`, while it is open, is the last
  /// record's sequence.
  [[nodiscard]] DeliveryBatch& open_batch(AudienceId audience, protocol::StreamNumber stream, const Uuid& epoch);

  /// Seals every open batch and puts it into its sessions' outboxes. `through(stream)` is the head up to which all
  /// records were handed to open_batch().
  void seal_all(const std::function<std::uint64_t(protocol::StreamNumber)>& through);

  [[nodiscard]] std::size_t patterns() const { return patterns_; }

 private:
  struct Audience {
    std::vector<Session*> members;
    std::string key;  // in by_key_; empty: nobody else can join
    std::shared_ptr<DeliveryBatch> open;
  };

  /// Sessions with more patterns than this have an audience of their own: comparing the sets would cost more than it
  /// saves.
  static constexpr std::size_t kSharedPatterns = 64;

  void set_changed(Session& session, const std::string& pattern, bool added);
  void join(AudienceId id, Session& session);
  void create(Session& session, std::string key);
  void erase(AudienceId id);
  void seal(Audience& audience, std::uint64_t through);
  [[nodiscard]] static std::string key_of(const Session& session);

  std::function<void(Session&)> on_waiting_;
  SubscriptionIndex index_;
  std::unordered_map<AudienceId, Audience> audiences_;
  std::unordered_map<std::string, AudienceId> by_key_;
  std::vector<AudienceId> open_;
  AudienceId last_id_ = kNoAudience;
  std::size_t patterns_ = 0;
};

}  // namespace fanfare::broker::core
