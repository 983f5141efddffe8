#pragma once
// One session that catches up with a topic: what it missed is read page by page, what comes live meanwhile is kept
// aside. Owned by the topic's audience; the I/O thread. Promise: both together are everything after the position asked
// for, each once and in order, or it is lost and says so. Policy: beyond its limits or its time it is lost.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "frontends/websocket/hub/topic_source.hpp"
#include "frontends/websocket/session/ports.hpp"

namespace fanfare::frontends::websocket::hub {

struct RecoveryLimits {
  std::size_t count = 500;          ///< publications that were missed or came meanwhile
  std::size_t bytes = 256U << 10U;  ///< of them
  std::chrono::milliseconds time{2'000};
};

class Recovery final {
 public:
  using Time = std::chrono::steady_clock::time_point;
  enum class State : std::uint8_t { kReading, kComplete, kLost };

  Recovery(std::uint64_t number, const Position& after, const RecoveryLimits& limits, Time now,
           session::OnAnswer<session::Entered> done);

  /// What was asked for with reached() and left().
  void take(std::optional<Page> page);
  void keep(const Position& at, const protocol::Line& publication);
  void expire(Time now);

  [[nodiscard]] std::uint64_t number() const { return number_; }
  [[nodiscard]] State state() const { return state_; }
  [[nodiscard]] const Position& after() const { return after_; }
  /// Up to here everything has been read.
  [[nodiscard]] const Position& reached() const { return reached_; }
  [[nodiscard]] ReadBounds left() const;
  /// The last that was read and is not beyond `end`; after() when there is none.
  [[nodiscard]] Position last_until(const Position& end) const;

  /// Once it is not reading any more. `head` is where the topic stands: a session that is lost goes on from there.
  struct End {
    session::Entered entered;
    std::vector<protocol::Line> then;  ///< what came meanwhile and was not read
    Position position;                 ///< up to here the session has been given everything
    session::OnAnswer<session::Entered> done;
  };
  [[nodiscard]] End end(const Position& head) &&;

 private:
  struct Kept {
    Position at;
    protocol::Line publication;
  };
  void count(std::size_t publications, std::size_t bytes);
  void drop_what_was_read();
  void lose();

  const std::uint64_t number_;
  const Position after_;
  const RecoveryLimits limits_;
  const Time until_;
  session::OnAnswer<session::Entered> done_;
  State state_ = State::kReading;
  Position reached_;
  std::vector<session::Replayed> read_;
  std::vector<Kept> kept_;
  std::size_t count_ = 0;  // of both
  std::size_t bytes_ = 0;
};

}  // namespace fanfare::frontends::websocket::hub
