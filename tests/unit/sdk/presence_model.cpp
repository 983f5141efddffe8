#include "tests/unit/sdk/presence_model.hpp"

#include <algorithm>

#include "protocol/topic.hpp"

namespace fanfare::session::test {

using protocol::PresenceAction;
using protocol::PresenceKind;
using protocol::PresenceState;
using protocol::PresenceUpdate;

void PresenceModel::connected(const std::string& hello, const protocol::Welcome& welcome) {
  (void)link.greet(hello, welcome);
}

void PresenceModel::received(const protocol::RawCommand& command) {
  if (!link.take(command)) return;
  if (command.type != protocol::CommandType::presence) return;
  on(protocol::decode<protocol::PresenceCommand>(command.body).value());
  if (chance_() % 4 == 0) link.give_credit();
}

void PresenceModel::on(const protocol::PresenceCommand& command) {
  for (const auto& text : command.keys) {
    const std::string name(text);
    switch (command.action) {
      case PresenceAction::hold:
        EXPECT_TRUE(held_.insert(name).second) << name << " is held already";
        become(name);
        break;
      case PresenceAction::release:
        EXPECT_EQ(held_.erase(name), 1U) << name;
        become(name);
        break;
      case PresenceAction::watch:
        EXPECT_TRUE(patterns_.insert(name).second) << name << " is watched already";
        wants_ = true;
        snapshot_.reset();
        break;
      case PresenceAction::unwatch:
        EXPECT_EQ(patterns_.erase(name), 1U) << name;
        break;
    }
  }
  if (patterns_.empty()) {
    wants_ = missed_ = false;
    snapshot_.reset();
  }
  link.send(protocol::Ok{.request = command.request, .positions = {}});
}

void PresenceModel::hold(const std::string& key) {
  others_.insert(key);
  become(key);
}

void PresenceModel::release(const std::string& key) {
  others_.erase(key);
  become(key);
}

/// While it settles nobody goes offline.
void PresenceModel::become(const std::string& key) {
  const bool is = others_.contains(key) || held_.contains(key);
  if (is == online_.contains(key) || (!is && settling_)) return;
  if (is) {
    online_.insert(key);
  } else {
    online_.erase(key);
  }
  ++version_;
  if (!watched(key) || missed_) return;
  tell(PresenceKind::change, 0, version_, {{is ? PresenceState::online : PresenceState::offline, key}});
}

bool PresenceModel::go_on() {
  if (patterns_.empty() || (!missed_ && !wants_ && !snapshot_)) return false;
  if (std::exchange(missed_, false)) {
    tell(PresenceKind::reset, 0, version_);
    wants_ = true;
    snapshot_.reset();
  }
  if (std::exchange(wants_, false)) snapshot_ = {version_, {}};
  std::vector<protocol::PresenceEntry> entries;
  auto at = online_.upper_bound(snapshot_->after);
  for (auto left = chance_() % 4; left > 0 && at != online_.end(); --left, ++at) {
    snapshot_->after = *at;
    if (watched(*at)) entries.push_back({PresenceState::online, *at});
  }
  const bool last = at == online_.end();
  tell(PresenceKind::snapshot, last ? PresenceUpdate::kLast : std::uint8_t{0}, snapshot_->version, entries);
  if (last) snapshot_.reset();
  return true;
}

void PresenceModel::lose_session() {
  link.forget();
  patterns_.clear();
  wants_ = missed_ = false;
  snapshot_.reset();
  for (const auto& key : std::exchange(held_, {})) become(key);
}

void PresenceModel::restart() {
  lose_session();
  others_.clear();
  online_.clear();
  ++run_;
  version_ = 1;
  settling_ = true;
}

void PresenceModel::settle() {
  if (!std::exchange(settling_, false)) return;
  ++version_;
  if (!patterns_.empty() && !missed_) tell(PresenceKind::change, 0, version_);
  for (const auto& key : std::set<std::string>(online_)) become(key);
}

void PresenceModel::tell(PresenceKind kind, std::uint8_t flags, std::uint64_t version,
                         std::vector<protocol::PresenceEntry> entries) {
  if (settling_) flags |= PresenceUpdate::kSettling;
  link.send(PresenceUpdate{
      .kind = kind, .flags = flags, .run = uuid(run_), .version = version, .entries = std::move(entries)});
}

bool PresenceModel::watched(std::string_view key) const {
  return std::ranges::any_of(patterns_, [key](const auto& pattern) { return protocol::matches(pattern, key); });
}

}  // namespace fanfare::session::test
