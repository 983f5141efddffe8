#pragma once
// What a watcher believes, by the rules that PROTOCOL.md gives it: snapshots replace, changes of later versions are
// applied. Checks on its way that versions rise and that nobody is told offline while the broker settles. One thread.

#include <gtest/gtest.h>

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "protocol/commands.hpp"

namespace fanfare::broker::core {

class PresenceView {
 public:
  void take(const protocol::PresenceUpdate& update) {
    settling = (update.flags & protocol::PresenceUpdate::kSettling) != 0;
    switch (update.kind) {
      case protocol::PresenceKind::reset:
        ++resets;
        online.clear();
        complete = false;
        parts_.clear();
        kept_.clear();
        return;
      case protocol::PresenceKind::change:
        return take_change(update);
      case protocol::PresenceKind::snapshot:
        return take_part(update);
    }
  }

  std::set<std::string> online;
  bool settling = false;
  bool complete = false;  ///< a snapshot has come in full since the last reset
  std::size_t resets = 0;
  std::size_t snapshots = 0;
  std::size_t changes = 0;
  std::uint64_t version = 0;  ///< of the last change

 private:
  struct Change {
    std::uint64_t version;
    std::vector<std::pair<std::string, bool>> entries;
  };

  void take_change(const protocol::PresenceUpdate& update) {
    EXPECT_GT(update.version, version) << "versions of changes rise";
    version = update.version;
    ++changes;
    Change change{update.version, {}};
    for (const auto& entry : update.entries) {
      const bool is_online = entry.state == protocol::PresenceState::online;
      EXPECT_TRUE(is_online || !settling) << entry.key << " was told offline while the broker settles";
      EXPECT_NE(entry.state, protocol::PresenceState::unknown);
      change.entries.emplace_back(entry.key, is_online);
    }
    apply(change);
    kept_.push_back(std::move(change));
  }

  void take_part(const protocol::PresenceUpdate& update) {
    if (part_version_ != update.version) parts_.clear();
    part_version_ = update.version;
    for (const auto& entry : update.entries) {
      EXPECT_EQ(entry.state, protocol::PresenceState::online);
      parts_.emplace(entry.key);
    }
    if ((update.flags & protocol::PresenceUpdate::kLast) == 0) return;
    online = std::exchange(parts_, {});
    for (const auto& change : kept_) {
      if (change.version > update.version) apply(change);
    }
    kept_.clear();
    complete = true;
    ++snapshots;
  }

  void apply(const Change& change) {
    for (const auto& [key, is_online] : change.entries) {
      if (is_online) {
        online.insert(key);
      } else {
        online.erase(key);
      }
    }
  }

  std::set<std::string> parts_;
  std::uint64_t part_version_ = 0;
  std::vector<Change> kept_;
};

}  // namespace fanfare::broker::core
