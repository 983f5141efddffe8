#pragma once
// A broker that knows presence and nothing else, for one client: keys that the client and others hold, snapshots in
// parts with changes in between, resets, and restarts with a time of settling. It keeps the truth, for tests to compare
// with what the client was told. Owned by one test; its thread.

#include <cstdint>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "tests/unit/sdk/broker_link.hpp"
#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {

class PresenceModel {
 public:
  explicit PresenceModel(std::mt19937_64& chance) : chance_(chance) {}

  void connected(const std::string& hello, const protocol::Welcome& welcome);
  /// One command of the client's.
  void received(const protocol::RawCommand& command);

  /// Somebody else holds a key, or lets go.
  void hold(const std::string& key);
  void release(const std::string& key);
  /// A part of the snapshot that the client waits for; false when it waits for none.
  bool go_on();
  /// The client is too slow: it hears of nothing until the snapshot that begins later.
  void overwhelm() { missed_ = missed_ || !patterns_.empty(); }
  /// The client's session is over.
  void lose_session();
  /// A new run, which knows of nobody.
  void restart();
  void settle();

  [[nodiscard]] bool online(const std::string& key) const { return online_.contains(key); }
  [[nodiscard]] const std::set<std::string>& all_online() const { return online_; }
  [[nodiscard]] bool settling() const { return settling_; }
  /// What the client holds and watches.
  [[nodiscard]] const std::set<std::string>& held() const { return held_; }
  [[nodiscard]] const std::set<std::string>& patterns() const { return patterns_; }

  BrokerLink link;

 private:
  void on(const protocol::PresenceCommand& command);
  void become(const std::string& key);
  void tell(protocol::PresenceKind kind, std::uint8_t flags, std::uint64_t version,
            std::vector<protocol::PresenceEntry> entries = {});
  [[nodiscard]] bool watched(std::string_view key) const;

  std::mt19937_64& chance_;
  std::uint8_t run_ = 100;
  std::uint64_t version_ = 1;
  bool settling_ = false;
  std::set<std::string> others_;  // keys that others hold
  std::set<std::string> held_;
  std::set<std::string> online_;
  std::set<std::string> patterns_;
  bool missed_ = false;
  bool wants_ = false;  // a snapshot
  struct Snapshot {
    std::uint64_t version;
    std::string after;
  };
  std::optional<Snapshot> snapshot_;
};

}  // namespace fanfare::session::test
