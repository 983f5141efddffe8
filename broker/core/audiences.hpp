#pragma once
// Who gets what: sessions that subscribe to exactly the same patterns form one audience, topics that reach the same
// audiences have one route. Each record is encoded once, whomever it reaches. Owned by the core; its thread only.
//
// The records of one stream gather in the order they come in one open batch, and beside it stands which stretch of it
// goes which route. It is handed out when it is full, when a record of another stream comes, when the core settles, and
// before anybody's subscriptions change: what was gathered goes to those who were members then. Who gets all of it
// shares it as it is; for the others the stretches they get are copied together. So each session sees every stream in
// sequence order and every topic in publishing order.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "broker/core/delivery_batch.hpp"
#include "broker/core/session.hpp"
#include "broker/core/subscription_index.hpp"

namespace fanfare::broker::core {

struct Audience {
  AudienceId id = kNoAudience;
  std::vector<Session*> members;
  std::string key;                      ///< its patterns; empty: nobody else can join
  std::shared_ptr<DeliveryBatch> open;  ///< what it got of batches that were not all for it
  std::size_t stretches = 0;            ///< that it gets of the batch that is handed out
};

/// The audiences that certain topics reach.
struct Route {
  std::vector<Audience*> audiences;
  std::uint32_t sessions = 0;    ///< in all of them
  std::uint64_t membership = 0;  ///< when they were counted
};

class Audiences {
 public:
  /// Audiences in all routes, and as many routes: publishers choose topics, so they could make routes without end.
  static constexpr std::size_t kMostRouted = 1'000'000;

  /// `on_waiting`: a session has something to send.
  explicit Audiences(std::function<void(Session&)> on_waiting, std::size_t most_routed = kMostRouted)
      : on_waiting_(std::move(on_waiting)), most_routed_(most_routed) {}

  void subscribe(Session& session, const std::string& pattern);
  void unsubscribe(Session& session, const std::string& pattern);
  /// The session ends: it leaves, whatever it was subscribed to.
  void leave(Session& session);

  /// Whom `topic` reaches, from its cache where that is up to date. Good until the next call, or somebody's
  /// subscriptions change.
  [[nodiscard]] const Route& reach(Topic& topic) {
    if (topic.generation != routes_generation_ || routes_made_for_ != index_.generation()) match(topic);
    if (topic.route->membership != membership_) count(*topic.route);
    return *topic.route;
  }

  /// Whether `topic` reaches the session.
  [[nodiscard]] bool reaches(Topic& topic, const Session& session);

  /// Whether `topic` reaches any; it need not be known and is not remembered.
  [[nodiscard]] bool reach_anybody(std::string_view topic) const { return !index_.match(topic).empty(); }

  /// The batch that a record of this stream and sequence, which goes this route, is appended to next.
  [[nodiscard]] DeliveryBatch& open_batch(const Route& route, protocol::StreamNumber stream, const Uuid& epoch,
                                          std::uint64_t sequence) {
    if (open_ && (open_->stream() != stream || open_->full())) hand_out(open_->last());
    if (!open_) open_ = std::make_shared<DeliveryBatch>(stream, epoch, room_);
    if (stretches_.empty() || stretches_.back().route != &route) begin_stretch(route, sequence);
    return *open_;
  }

  /// Puts all that has gathered into the sessions' outboxes. `through(stream)` is the head up to which all records were
  /// handed to open_batch().
  void seal_all(const std::function<std::uint64_t(protocol::StreamNumber)>& through);

  [[nodiscard]] std::size_t patterns() const { return patterns_; }
  [[nodiscard]] std::size_t routed() const { return routed_; }

 private:
  /// Records of the open batch that go the same route, up to the next stretch.
  struct Stretch {
    const Route* route;
    DeliveryBatch::Part part;
  };

  /// Sessions with more patterns than this have an audience of their own: comparing the sets would cost more than it
  /// saves.
  static constexpr std::size_t kSharedPatterns = 64;

  void match(Topic& topic);
  void count(Route& route) const;
  void set_changed(Session& session, const std::string& pattern, bool added);
  void settle_members(Audience& audience);
  void join(AudienceId id, Session& session);
  void create(Session& session, std::string key);
  void erase(AudienceId id);
  void begin_stretch(const Route& route, std::uint64_t sequence);
  void end_stretch();
  void hand_out(std::uint64_t through);
  void hand_out_stretches(const SharedBatch& batch);
  void give(Audience& audience, const SharedBatch& batch);
  void seal(Audience& audience, std::uint64_t through);
  [[nodiscard]] static std::string key_of(const Session& session);

  std::function<void(Session&)> on_waiting_;
  const std::size_t most_routed_;
  SubscriptionIndex index_;
  std::unordered_map<AudienceId, Audience> audiences_;
  std::unordered_map<std::string, AudienceId> by_key_;
  std::map<std::vector<AudienceId>, Route> routes_;
  std::uint64_t routes_made_for_ = 0;    // the index's generation
  std::uint64_t routes_generation_ = 0;  // grows when they are let go
  std::size_t routed_ = 0;               // routes, and audiences in them
  std::uint64_t membership_ = 1;         // grows whenever one has another number of members
  std::shared_ptr<DeliveryBatch> open_;
  std::vector<Stretch> stretches_;  // of the open batch
  std::size_t room_ = 0;            // that the next batch begins with
  std::size_t expected_ = 0;        // bytes in it: the most of late
  std::vector<AudienceId> partly_;  // audiences with an open batch of their own
  AudienceId last_id_ = kNoAudience;
  std::size_t patterns_ = 0;
};

}  // namespace fanfare::broker::core
