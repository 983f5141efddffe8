#pragma once
// The broker's end of a session that resumes exactly (PROTOCOL.md §2): it counts what came, keeps what it sent until it
// is confirmed, and repeats it, topics announced anew, on the next connection. What is under way is lost by cut(). For
// model brokers with one client; owned by one test; its thread.

#include <gtest/gtest.h>

#include <cstdint>
#include <deque>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "protocol/frame.hpp"

namespace fanfare::session::test {

class BrokerLink {
 public:
  /// The first frame of a connection came: greets, and repeats what the client has not received. False: the session is
  /// a new one.
  bool greet(const std::string& first_frame, protocol::Welcome welcome);
  /// Counts what came from the client; false for what the model has nothing to do with.
  [[nodiscard]] bool take(const protocol::RawCommand& command);
  /// Gives the client all the credit it may have.
  void give_credit();

  /// A stream's topic that the next command needs.
  void needs(std::uint32_t number, std::string name) { needed_.emplace_back(number, std::move(name)); }
  template <class Command>
  void send(const Command& command) {
    std::string bytes;
    protocol::append_command(bytes, command);
    send_bytes(std::move(bytes), protocol::is_counted(Command::kType));
  }
  /// An encoded command.
  void send_bytes(std::string bytes, bool counted);

  [[nodiscard]] bool has_frames() const { return !wire_.empty(); }
  [[nodiscard]] std::string take_frame();
  /// The connection breaks.
  void cut() { wire_.clear(); }
  /// The broker has lost its memory of the session.
  void forget() { remembers_ = false; }

  [[nodiscard]] std::size_t resumed() const { return resumed_; }

 private:
  using Topics = std::vector<std::pair<std::uint32_t, std::string>>;
  struct Kept {
    std::string bytes;
    Topics topics;
  };

  void put(const Kept& kept);
  void confirm(std::uint64_t received);

  bool remembers_ = false;
  std::uint8_t session_ = 0;
  std::uint8_t secret_ = 1;
  std::uint8_t previous_ = 0;
  bool heard_ = false;          // anything but HELLO on this connection
  std::uint64_t received_ = 0;  // counted commands of the client
  std::uint64_t bytes_ = 0;     // of its data on this connection
  std::uint64_t first_limit_ = 0;
  std::deque<Kept> log_;  // sent and not confirmed
  std::uint64_t confirmed_ = 0;
  std::set<std::uint32_t> announced_;
  Topics needed_;
  std::deque<std::string> wire_;
  std::size_t resumed_ = 0;
};

}  // namespace fanfare::session::test
