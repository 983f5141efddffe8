#include "broker/core/audiences.hpp"

#include <utility>

namespace fanfare::broker::core {

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
  if (audience.members.size() > 1) {
    seal(audience, audience.open ? audience.open->last() : 0);
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
    seal(audience, audience.open ? audience.open->last() : 0);
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

void Audiences::join(AudienceId id, Session& session) {
  auto& audience = audiences_.at(id);
  seal(audience, audience.open ? audience.open->last() : 0);
  audience.members.push_back(&session);
  session.audience = id;
}

void Audiences::create(Session& session, std::string key) {
  const auto id = ++last_id_;
  auto& audience = audiences_[id];
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

const std::vector<AudienceId>& Audiences::reach(Topic& topic) {
  if (topic.generation != index_.generation()) {
    topic.audiences = index_.match(topic.name);
    topic.generation = index_.generation();
  }
  return topic.audiences;
}

std::uint32_t Audiences::sessions(const std::vector<AudienceId>& audiences) const {
  std::size_t count = 0;
  for (const auto id : audiences) count += audiences_.at(id).members.size();
  return static_cast<std::uint32_t>(count);
}

DeliveryBatch& Audiences::open_batch(AudienceId id, protocol::StreamNumber stream, const Uuid& epoch) {
  auto& audience = audiences_.at(id);
  if (audience.open && (audience.open->stream() != stream || audience.open->full())) {
    seal(audience, audience.open->last());
  }
  if (!audience.open) {
    audience.open = std::make_shared<DeliveryBatch>(stream, epoch);
    open_.push_back(id);
  }
  return *audience.open;
}

void Audiences::seal_all(const std::function<std::uint64_t(protocol::StreamNumber)>& through) {
  for (const auto id : open_) {
    const auto found = audiences_.find(id);
    if (found == audiences_.end() || !found->second.open) continue;
    seal(found->second, through(found->second.open->stream()));
  }
  open_.clear();
}

void Audiences::seal(Audience& audience, std::uint64_t through) {
  if (!audience.open) return;
  const auto batch = std::exchange(audience.open, nullptr);
  batch->seal(through);
  for (auto* member : audience.members) {
    member->out.push_batch(batch);
    on_waiting_(*member);
  }
}

}  // namespace fanfare::broker::core
