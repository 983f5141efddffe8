#pragma once
// Counts the broker's data commands as they come and as they are handled, and says when to give it new credit
// (PROTOCOL.md §6). Some are handled at once, others when a handler has returned; both only count in order. Owned by
// the session; one thread.

#include <cstddef>
#include <cstdint>
#include <deque>

#include "protocol/commands.hpp"
#include "sdk/session/events.hpp"

namespace fanfare::session {

class ReceiveWindow {
 public:
  explicit ReceiveWindow(std::size_t window) : window_(window) {}

  /// Counts a data command of `size` bytes, its header included. Until handled() has its index it is open.
  DataIndex arrived(std::size_t size);
  /// The last one that arrived needs no handler.
  void handled_at_once();
  /// The handlers are done with everything up to here.
  void handled(DataIndex index);

  /// Whether a quarter of the window was handled since the last credit; `idle`: anything at all.
  [[nodiscard]] bool owes_credit(bool idle) const;
  [[nodiscard]] protocol::Credit give_credit();

  [[nodiscard]] std::uint64_t initial_limit() const { return window_; }
  /// What HELLO says: all that arrived will be handled by this process, so none of it has to come again.
  [[nodiscard]] std::uint64_t received_count() const { return received_ - session_start_; }

  /// A new connection; with `resumed` the counts of the session go on.
  void begin(bool resumed);

 private:
  struct Open {
    DataIndex index;
    std::uint64_t size;
    bool done;
  };

  void settle();

  std::size_t window_;
  std::deque<Open> open_;
  DataIndex received_ = 0;        ///< over all sessions
  DataIndex handled_ = 0;         ///< over all sessions, in order
  DataIndex session_start_ = 0;   ///< what was received before this session
  DataIndex credited_ = 0;        ///< `handled_` as the last CREDIT said
  std::uint64_t bytes_ = 0;       ///< handled on this connection
  std::uint64_t told_bytes_ = 0;  ///< `bytes_` as the last CREDIT said
};

}  // namespace fanfare::session
