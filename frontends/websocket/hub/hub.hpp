#pragma once
// All channels with the sessions in them: one subscription at the broker per topic, however many listen, kept for a
// while after the last has left. Owned by the service; the I/O thread. Promise: a publication is the same Line for all,
// and who enters gets everything from the answer on – from the position it names, if that can be had – or is told that
// something is missing. What was missed is read from the stream, so many topics at a time; the others wait their turn.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "frontends/websocket/hub/audience.hpp"
#include "frontends/websocket/hub/recovery.hpp"
#include "frontends/websocket/hub/topic_source.hpp"
#include "frontends/websocket/session/ports.hpp"

namespace fanfare::frontends::websocket::hub {

struct Limits {
  std::chrono::seconds linger{30};          ///< how long a topic without listeners is kept
  std::size_t lingering = 1'000;            ///< at most so many of them
  std::chrono::milliseconds opening{5000};  ///< how long a session waits for the broker
  RecoveryLimits recovery = {};
  std::size_t reads = 32;  ///< at once
};

class Hub final : public session::Channels {
 public:
  Hub(TopicSource& source, session::Clock clock, Limits limits = {});

  void enter(const std::string& channel, const std::shared_ptr<session::Subscriber>& subscriber,
             const std::optional<Position>& after, session::OnAnswer<session::Entered> done) override;
  void leave(const std::string& channel, const session::Subscriber& subscriber) override;

  // ---- What the broker says.

  /// The topic lies in a stream, and what comes next is beyond `after`. Before opened(), and after each interruption.
  void began(const std::string& topic, const Position& after, bool recovered);
  /// All that was stored up to here has arrived.
  void caught_up(const std::string& topic, const Position& position);
  void opened(const std::string& topic);
  void refused(const std::string& topic, const protocol::Refusal& refusal);
  /// `at`: nothing outside streams. Returns how many sessions it was given to.
  std::size_t arrived(const std::string& topic, const std::optional<Position>& at, const protocol::Line& publication);
  /// Messages of this topic may be missing: everybody is put out, to come back and recover what they missed.
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
    std::optional<Position> after;
    session::OnAnswer<session::Entered> done;
    Time until;
  };
  struct Topic {
    bool open = false;
    std::optional<Time> shut_until;      // something is missing, and caught_up() will say where it goes on
    std::optional<Position> fed;         // up to here it was given everything; nothing: it lies in no stream
    std::optional<Position> quiet_from;  // no publication from here to `fed`; nothing: not known
    Audience audience;
    std::vector<Waiting> waiting;
    Time idle_since;
  };

  void admit(const std::string& name, Topic& topic, const Waiting& newcomer);
  void recover(const std::string& name, Topic& topic, const Waiting& newcomer);
  void read(const std::string& name, std::uint64_t recovery);
  void take(const std::string& name, std::uint64_t recovery, std::optional<Page> page);
  void read_next();
  void let_in(const std::string& name, Topic& topic);
  void begin_anew(const std::string& name, Topic& topic, const Position& after);
  void refuse_late(Topic& topic, Time now);
  void drop_idle(Time now);

  TopicSource& source_;
  const session::Clock clock_;
  const Limits limits_;
  bool available_ = false;
  std::uint64_t last_recovery_ = 0;
  std::size_t reading_ = 0;
  std::deque<std::pair<std::string, std::uint64_t>>
      to_read_;  // topics and recoveries; those that have ended are skipped
  std::unordered_map<std::string, Topic> topics_;
};

}  // namespace fanfare::frontends::websocket::hub
