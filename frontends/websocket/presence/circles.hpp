#pragma once
// Who is there, for whom it is no secret: all people who are online anywhere, and the conversations whose members
// somebody here wants to know of. Owned by the service; the I/O thread. Promise: a person is held while connected,
// however many connections they have; who comes or goes costs one look at the conversations that are listened to here,
// and no request. Members are asked for once per conversation, so many conversations at a time, and kept until they
// change. A state that is unknown – the broker began anew – shows nobody leaving.

#include <chrono>
#include <cstddef>
#include <deque>
#include <memory>
#include <string>
#include <unordered_map>
#include <unordered_set>

#include "frontends/websocket/presence/circle.hpp"
#include "frontends/websocket/presence/people_source.hpp"
#include "frontends/websocket/session/ports.hpp"

namespace fanfare::frontends::websocket::presence {

struct Limits {
  std::chrono::seconds linger{30};  ///< how long the members of a conversation nobody listens to are kept
  std::size_t lingering = 1'000;    ///< at most so many of them
  std::size_t requests = 32;        ///< for members, at once
  int tries = 3;                    ///< of a conversation that changes while it is asked about
  std::chrono::seconds pause{2};    ///< before those who listen ask again
};

class Circles final : public session::Presence {
 public:
  Circles(PeopleSource& source, session::Clock clock, Limits limits = {});

  void came(const std::string& person) override;
  void went(const std::string& person) override;
  void online(const std::string& person, const std::string& conversation, session::OnAnswer<People> done) override;
  void watch(const std::string& person, const std::string& conversation,
             const std::shared_ptr<session::Subscriber>& subscriber) override;
  void unwatch(const std::string& conversation, const session::Subscriber& subscriber) override;

  // ---- What the broker says.

  void changed(const std::string& person, bool is_online);
  /// All who are online have been told; before nobody gets an answer.
  void complete() { is_complete_ = true; }
  void members_changed(const std::string& conversation);
  /// Changes were missed.
  void all_members_changed();

  /// Called about once a second.
  void tick();

  [[nodiscard]] std::size_t people() const { return connections_.size(); }
  [[nodiscard]] std::size_t conversations() const { return circles_.size(); }

 private:
  Circle& circle(const std::string& conversation);
  void ask(const std::string& conversation, Circle& circle);
  void ask_next();
  void answered(const std::string& conversation, const std::string& asker, const session::Answer<People>& answer);
  void refused(const std::string& conversation, Circle& circle, const std::string& asker,
               const protocol::Refusal& refusal);
  void forget(const std::string& conversation, Circle& circle);
  void enlist(const std::string& conversation, const Circle& circle);
  void strike_off(const std::string& conversation, const Circle& circle);
  void drop_idle(Circle::Time now);

  PeopleSource& source_;
  const session::Clock clock_;
  const Limits limits_;
  bool is_complete_ = false;
  std::unordered_map<std::string, std::size_t> connections_;  // of each person here
  Circle::Online online_;
  std::unordered_map<std::string, Circle> circles_;
  std::unordered_map<std::string, std::unordered_set<std::string>>
      listed_in_;                   // of each person: the conversations that are listened to
  std::deque<std::string> to_ask_;  // each once
  std::size_t requests_ = 0;
};

}  // namespace fanfare::frontends::websocket::presence
