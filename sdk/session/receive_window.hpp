#pragma once
// Counts the broker's commands as they come, and the data among them as it is handled, and says when to give new credit
// (PROTOCOL.md §§2, 6). What was received is kept by this process, so it need not come again; how much more may come
// follows what was handled: some data at once, other when a handler has returned, always in order. Owned by the
// session; one thread.

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
  /// Counts another counted command.
  void arrived_free(std::size_t size);
  /// The last one that arrived needs no handler.
  void handled_at_once();
  /// The handlers are done with everything up to here.
  void handled(DataIndex index);

  /// Whether a quarter of the window was handled, or 64 KiB of free commands came, since the last credit; `idle`: any
  /// data was handled.
  [[nodiscard]] bool owes_credit(bool idle) const;
  /// Whether CREDIT would say anything new, so that it goes along with what is sent anyway.
  [[nodiscard]] bool has_news() const { return received_ != told_received_ || bytes_ != told_bytes_; }
  [[nodiscard]] protocol::Credit give_credit();
  /// Whether data came for which no credit was given.
  [[nodiscard]] bool has_data() const { return !open_.empty() || bytes_ != told_bytes_; }

  [[nodiscard]] std::uint64_t initial_limit() const { return window_; }
  /// What HELLO says.
  [[nodiscard]] std::uint64_t received_count() const { return received_; }

  /// A new connection; with `resumed` the counts of the session go on.
  void begin(bool resumed);

 private:
  static constexpr std::uint64_t kFreeAtMost = 64U << 10U;

  struct Open {
    DataIndex index;
    std::uint64_t size;
    bool done;
  };

  void settle();

  std::size_t window_;
  std::deque<Open> open_;
  DataIndex last_ = 0;               ///< data commands over all sessions
  std::uint64_t received_ = 0;       ///< counted commands of this session
  std::uint64_t told_received_ = 0;  ///< `received_` as the last CREDIT or HELLO said
  std::uint64_t free_bytes_ = 0;     ///< of free commands since then
  std::uint64_t bytes_ = 0;          ///< of data handled that came on this connection
  std::uint64_t told_bytes_ = 0;     ///< `bytes_` as the last CREDIT said
};

}  // namespace fanfare::session
