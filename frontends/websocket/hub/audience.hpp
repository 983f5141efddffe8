#pragma once
// Who listens to one topic, and up to where each has been given its publications. Owned by the hub's topic; the I/O
// thread. Promise: each publication goes to each once and in order; who catches up gets the live ones after what was
// missed. A delivery may end sessions, which then leave: all calls may come from inside one.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "frontends/websocket/hub/recovery.hpp"
#include "frontends/websocket/session/ports.hpp"

namespace fanfare::frontends::websocket::hub {

class Audience final {
 public:
  using Subscriber = std::shared_ptr<session::Subscriber>;

  /// Gets what comes after `position`; nothing: the topic lies in no stream, all that comes.
  void add(const Subscriber& subscriber, const std::optional<Position>& position);
  void add(const Subscriber& subscriber, std::unique_ptr<Recovery> recovery);
  void remove(const session::Subscriber& subscriber);
  /// Everybody is out.
  [[nodiscard]] std::vector<Subscriber> clear();

  /// `at`: nothing outside streams. Returns how many it was given to.
  std::size_t deliver(const std::optional<Position>& at, const protocol::Line& publication);

  /// Null when it has ended or its session has left.
  [[nodiscard]] Recovery* recovery(std::uint64_t number);
  void expire(Recovery::Time now);
  /// Lets in those that do not read any more.
  void settle(const Position& head);

  [[nodiscard]] bool empty() const { return members_.empty(); }
  [[nodiscard]] std::vector<Subscriber> subscribers() const;

 private:
  struct Member {
    Subscriber subscriber;  // null: left during a delivery
    Position position;
    std::unique_ptr<Recovery> recovery;
  };

  [[nodiscard]] bool has(const Subscriber& subscriber) const;

  std::vector<Member> members_;
  std::size_t recovering_ = 0;  // at least as many as there are; settle() counts anew
  bool delivering_ = false;
};

}  // namespace fanfare::frontends::websocket::hub
