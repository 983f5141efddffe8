#pragma once
// One conversation as presence sees it: its members, as far as they are known, who asks for them, and who listens to
// them coming and going. Owned by Circles; the I/O thread. Promise: after each call the watchers have been told what
// makes the people they know of those whom they may see.

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "frontends/websocket/presence/people_source.hpp"
#include "frontends/websocket/session/ports.hpp"

namespace fanfare::frontends::websocket::presence {

class Circle final {
 public:
  using Subscriber = std::shared_ptr<session::Subscriber>;
  using Online = std::unordered_set<std::string>;
  using Time = std::chrono::steady_clock::time_point;

  struct Question {
    std::string person;
    session::OnAnswer<People> done;
  };

  explicit Circle(std::string channel) : channel_(std::move(channel)) {}

  void add(const std::string& person, const Subscriber& subscriber, const Online& all);
  void remove(const session::Subscriber& subscriber);
  [[nodiscard]] bool is_watched() const { return !watchers_.empty(); }

  /// Nothing: not known.
  [[nodiscard]] const std::optional<People>& members() const { return members_; }
  /// Tells the watchers whom they see now and whom no longer.
  void set_members(People members, const Online& all);
  /// Nobody is told of anybody until they are known again.
  void forget_members() { members_.reset(); }
  [[nodiscard]] People online(const Online& all) const;

  /// A member, while the members are known.
  void tell(const std::string& person, bool is_online);

  /// One of those who wait for the members, in turn; nothing when nobody does.
  [[nodiscard]] std::optional<std::string> next_asker();

  std::vector<Question> questions = {};
  bool is_asking = false;   ///< or waits for its turn to ask
  bool is_dubious = false;  ///< the members have changed since they were asked for
  int tries = 0;
  Time ask_at = {};  ///< for the watchers
  Time idle_since = {};

 private:
  struct Watcher {
    std::string person;
    Subscriber subscriber;
  };

  void push(const protocol::Line& line) const;

  const std::string channel_;
  std::optional<People> members_;
  std::set<std::string> shown_;  // whom the watchers see
  std::vector<Watcher> watchers_;
  std::size_t turn_ = 0;
};

}  // namespace fanfare::frontends::websocket::presence
