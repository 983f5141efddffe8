#include "broker/core/audiences.hpp"

#include <algorithm>
#include <bit>
#include <utility>

namespace fanfare::broker::core {
namespace {

// The last record of a full batch may pass its size by so much without the batch being copied.
constexpr std::size_t kSlack = 4U * 1024U;

}  // namespace

void Audiences::subscribe(Session& session, const std::string& pattern) {
  if (++session.patterns[pattern] == 1) set_changed(session, pattern, true);
}

void Audiences::unsubscribe(Session& session, const std::string& pattern) {
  const auto found = session.patterns.find(pattern);
  if (found == session.patterns.end() || --found->second > 0) return;
  session.patterns.erase(found);
  set_changed(session, pattern, false);
}

void Audiences::leave(Session& session) {
  if (session.audience == kNoAudience) return;
  auto& audience = audiences_.at(session.audience);
  settle_members(audience);
  if (audience.members.size() > 1) {
    std::erase(audience.members, &session);
  } else {
    for (const auto& [pattern, uses] : session.patterns) index_.remove(pattern, session.audience);
    patterns_ -= session.patterns.size();
    erase(session.audience);
  }
  session.audience = kNoAudience;
}

/// `session.patterns` is already the new set; its audience, if any, is still the one of the old set.
void Audiences::set_changed(Session& session, const std::string& pattern, bool added) {
  const auto key = key_of(session);
  const auto equal = key.empty() ? by_key_.end() : by_key_.find(key);

  const auto old = session.audience;
  if (old != kNoAudience) {
    auto& audience = audiences_.at(old);
    settle_members(audience);
    if (audience.members.size() > 1) {
      std::erase(audience.members, &session);
      session.audience = kNoAudience;
    } else if (equal == by_key_.end() && !session.patterns.empty()) {
      // Alone in it, and nobody has the new set: the audience itself changes, at the cost of one pattern.
      if (added) {
        index_.add(pattern, old);
        ++patterns_;
      } else {
        index_.remove(pattern, old);
        --patterns_;
      }
      if (!audience.key.empty()) by_key_.erase(audience.key);
      audience.key = key;
      if (!key.empty()) by_key_.emplace(key, old);
      return;
    } else {
      for (const auto& [mine, uses] : session.patterns) {
        if (!(added && mine == pattern)) index_.remove(mine, old);
      }
      if (!added) index_.remove(pattern, old);
      patterns_ -= session.patterns.size() + (added ? 0 : 1) - (added ? 1 : 0);
      erase(old);
      session.audience = kNoAudience;
    }
  }
  if (session.patterns.empty()) return;
  if (equal != by_key_.end()) {
    join(equal->second, session);
  } else {
    create(session, key);
  }
}

/// Its members, or what reaches it, are about to change: what was gathered goes to those that are there now.
void Audiences::settle_members(Audience& audience) {
  if (open_) hand_out(open_->last());
  if (audience.open) seal(audience, audience.open->last());
  ++membership_;
}

void Audiences::join(AudienceId id, Session& session) {
  auto& audience = audiences_.at(id);
  settle_members(audience);
  audience.members.push_back(&session);
  session.audience = id;
}

void Audiences::create(Session& session, std::string key) {
  const auto id = ++last_id_;
  if (open_) hand_out(open_->last());
  auto& audience = audiences_[id];
  audience.id = id;
  audience.members.push_back(&session);
  audience.key = std::move(key);
  if (!audience.key.empty()) by_key_.emplace(audience.key, id);
  for (const auto& [pattern, uses] : session.patterns) index_.add(pattern, id);
  patterns_ += session.patterns.size();
  session.audience = id;
}

void Audiences::erase(AudienceId id) {
  const auto found = audiences_.find(id);
  if (!found->second.key.empty()) by_key_.erase(found->second.key);
  audiences_.erase(found);
}

std::string Audiences::key_of(const Session& session) {
  std::string key;
  if (session.patterns.size() > kSharedPatterns) return key;
  for (const auto& [pattern, uses] : session.patterns)
    key.append(pattern).push_back('\n');  // sorted; no pattern has a newline
  return key;
}

void Audiences::match(Topic& topic) {
  if (routes_made_for_ != index_.generation() || routed_ >= most_routed_) {
    if (open_) hand_out(open_->last());  // its stretches go by them
    routes_.clear();
    routed_ = 0;
    routes_made_for_ = index_.generation();
    ++routes_generation_;
  }
  const auto [at, is_new] = routes_.try_emplace(index_.match(topic.name));
  if (is_new) {
    for (const auto id : at->first) at->second.audiences.push_back(&audiences_.at(id));
    routed_ += 1 + at->first.size();
  }
  topic.route = &at->second;
  topic.generation = routes_generation_;
}

void Audiences::count(Route& route) const {
  std::size_t sessions = 0;
  for (const auto* audience : route.audiences) sessions += audience->members.size();
  route.sessions = static_cast<std::uint32_t>(sessions);
  route.membership = membership_;
}

bool Audiences::reaches(Topic& topic, const Session& session) {
  return std::ranges::binary_search(reach(topic).audiences, session.audience, {}, &Audience::id);
}

void Audiences::begin_stretch(const Route& route, std::uint64_t sequence) {
  end_stretch();
  stretches_.push_back(
      {&route, {.begin = open_->frame().size(), .first_run = open_->topics().size(), .first = sequence}});
}

void Audiences::end_stretch() {
  if (stretches_.empty()) return;
  auto& part = stretches_.back().part;
  part.end = open_->frame().size();
  part.last_run = open_->topics().size();
  part.last = open_->last();
}

void Audiences::hand_out(std::uint64_t through) {
  if (!open_) return;
  end_stretch();
  const auto batch = std::exchange(open_, nullptr);
  // Made for the largest of late, so that it seldom has to grow.
  expected_ = std::clamp(batch->frame().size(), expected_ - expected_ / 8, DeliveryBatch::kFullAt);
  room_ = expected_ > DeliveryBatch::kFullAt / 2 ? DeliveryBatch::kFullAt + kSlack : std::bit_ceil(expected_);
  batch->seal(through);
  if (stretches_.size() == 1) {
    for (auto* audience : stretches_.front().route->audiences) give(*audience, batch);
  } else {
    hand_out_stretches(batch);
  }
  stretches_.clear();
}

/// Whoever gets every stretch gets the batch.
void Audiences::hand_out_stretches(const SharedBatch& batch) {
  for (const auto& stretch : stretches_) {
    for (auto* audience : stretch.route->audiences) ++audience->stretches;
  }
  for (auto* audience : stretches_.front().route->audiences) {
    if (audience->stretches == stretches_.size()) give(*audience, batch);
  }
  for (const auto& [route, part] : stretches_) {
    for (auto* audience : route->audiences) {
      if (audience->stretches == stretches_.size()) continue;
      auto& open = audience->open;
      const bool fits = open && open->stream() == batch->stream() &&
                        open->frame().size() + part.end - part.begin <= DeliveryBatch::kFullAt;
      if (open && !fits) seal(*audience, open->last());
      if (!open) {
        open = std::make_shared<DeliveryBatch>(batch->stream(), batch->epoch(), part.end - part.begin);
        partly_.push_back(audience->id);
      }
      open->append(*batch, part);
    }
  }
  for (const auto& stretch : stretches_) {
    for (auto* audience : stretch.route->audiences) audience->stretches = 0;
  }
}

void Audiences::give(Audience& audience, const SharedBatch& batch) {
  if (audience.open) seal(audience, audience.open->last());
  for (auto* member : audience.members) {
    member->out.push_batch(batch);
    on_waiting_(*member);
  }
}

void Audiences::seal_all(const std::function<std::uint64_t(protocol::StreamNumber)>& through) {
  if (open_) hand_out(through(open_->stream()));
  for (const auto id : partly_) {
    const auto found = audiences_.find(id);
    if (found == audiences_.end() || !found->second.open) continue;
    seal(found->second, through(found->second.open->stream()));
  }
  partly_.clear();
}

void Audiences::seal(Audience& audience, std::uint64_t through) {
  const auto batch = std::exchange(audience.open, nullptr);
  batch->seal(through);
  give(audience, batch);
}

}  // namespace fanfare::broker::core
