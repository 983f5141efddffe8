#pragma once
// All channels with the sessions in them: one subscription at the broker per topic, however many listen, kept for a
// while after the last has left. Owned by the service; the I/O thread. Promise: a publication is the same Line for all,
// and who enters gets everything from the answer on, or is told that something is missing.

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "frontends/websocket/hub/topic_source.hpp"
#include "frontends/websocket/session/ports.hpp"

namespace fanfare::frontends::websocket::hub {

struct Limits {
  std::chrono::seconds linger{30};          ///< how long a topic without listeners is kept
  std::size_t lingering = 1'000;            ///< at most so many of them
  std::chrono::milliseconds opening{5000};  ///< how long a session waits for the broker
};

class Hub final : public session::Channels {
 public:
  Hub(TopicSource& source, session::Clock clock, Limits limits = {});

  void enter(const std::string& channel, const std::shared_ptr<session::Subscriber>& subscriber,
             session::OnAnswer<void> done) override;
  void leave(const std::string& channel, const session::Subscriber& subscriber) override;

  // ---- What the broker says.

  void opened(const std::string& topic);
  void refused(const std::string& topic, const protocol::Refusal& refusal);
  /// Returns how many sessions it was given to.
  std::size_t arrived(const std::string& topic, const protocol::Line& publication);
  /// Messages of this topic may be missing: everybody is put out, to come back and load what they missed.
  void interrupted(const std::string& topic);
  void rights_changed(const std::string& conversation);
  /// Changes of rights were missed: everybody is asked about again.
  void all_rights_changed();
  /// Without the broker nobody enters.
  void set_available(bool available) { available_ = available; }

  /// Called about once a second.
  void tick();

  [[nodiscard]] std::size_t topics() const { return topics_.size(); }

 private:
  using Time = std::chrono::steady_clock::time_point;
  struct Waiting {
    std::shared_ptr<session::Subscriber> subscriber;
    session::OnAnswer<void> done;
    Time until;
  };
  struct Topic {
    bool open = false;
    std::vector<std::shared_ptr<session::Subscriber>> members;  // null: left during a delivery
    std::vector<Waiting> waiting;
    bool delivering = false;
    Time idle_since;
  };

  void refuse_late(Topic& topic, Time now);
  void drop_idle(Time now);

  TopicSource& source_;
  const session::Clock clock_;
  const Limits limits_;
  bool available_ = false;
  std::unordered_map<std::string, Topic> topics_;
};

}  // namespace fanfare::frontends::websocket::hub
