#pragma once
// A session with the broker made of bare frames (protocol/PROTOCOL.md), for load generators: HELLO, credit both ways,
// the counting of commands and nothing else; it is never resumed. Owned by one thread.

#include <stdexcept>
#include <string>
#include <string_view>

#include "protocol/frame.hpp"
#include "tests/bench/load/operations/wait.hpp"
#include "tests/bench/load/operations/zmtp_messages.hpp"
#include "tests/bench/load/work.hpp"

namespace fanfare::load {

class FramesSession {
 public:
  /// Waits for WELCOME.
  FramesSession(const Work& work, std::string_view name);

  /// The open frame, for free commands and for data commands that may_send() allows.
  std::string& frame();
  /// Whether a data command of so many bytes, its 5 of size and type among them, may go now; if so, it is counted.
  /// Messages are smaller than any window, so that what passes the limit when nothing is unconfirmed is not needed.
  [[nodiscard]] bool may_send(std::size_t bytes);
  /// The open frame is as large as a frame should become.
  [[nodiscard]] bool is_full() const { return frame_.size() >= kFullAt; }
  /// Closes the open frame and sends what the kernel takes.
  void flush();

  /// Handles what has come: each command but CREDIT and TOPIC goes to `handle`, an ERROR throws. CREDIT is given for
  /// all of it: one goes to sleep then.
  template <class Handle>
  void receive(Handle&& handle) {
    socket_.fill();
    while (const auto message = next_zmtp(socket_)) {
      protocol::FrameReader reader(*message);
      while (const auto command = reader.next()) {
        count(*command);
        if (!handle_here(*command)) handle(*command);
      }
      if (reader.error()) throw std::runtime_error("a malformed frame came");
    }
    give_credit();
  }

  /// Sends a command and waits for the one that answers `request` of type Answer; all others go to nobody.
  template <class Answer, class Command, class Take>
  void ask(const Command& command, Take&& take) {
    protocol::append_command(frame(), command);
    flush();
    const auto deadline = Clock::now() + std::chrono::seconds(30);
    for (bool answered = false; !answered;) {
      wait(socket_, deadline);
      receive([&](const protocol::RawCommand& raw) {
        if (raw.type != Answer::kType) return;
        const auto answer = protocol::decode<Answer>(raw.body);
        if (!answer) throw std::runtime_error("a malformed answer came");
        if (answer->request != command.request) return;
        take(*answer);
        answered = true;
      });
      flush();
    }
  }

  [[nodiscard]] StreamSocket& socket() { return socket_; }

 private:
  static constexpr std::size_t kFullAt = 64U << 10U;
  static constexpr std::uint64_t kFreeBytes = 64U << 10U;

  void count(const protocol::RawCommand& command);
  bool handle_here(const protocol::RawCommand& command);
  void give_credit();

  StreamSocket socket_;
  std::uint64_t window_;
  std::string frame_;  // empty while none is open

  std::uint64_t sent_bytes_ = 0;  // of data commands
  std::uint64_t limit_ = 0;

  std::uint64_t received_ = 0;        // counted commands
  std::uint64_t received_bytes_ = 0;  // of data commands
  std::uint64_t confirmed_bytes_ = 0;
  std::uint64_t free_bytes_ = 0;  // of other counted commands, since the last CREDIT
};

}  // namespace fanfare::load
