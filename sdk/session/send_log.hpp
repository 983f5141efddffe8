#pragma once
// Credit towards the broker and the log of data commands it has not confirmed (PROTOCOL.md §6). After a resume the log
// is sent again from where the broker's count stands. Owned by the session; one thread.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

namespace fanfare::session {

class SendLog {
 public:
  /// A data command: a publish by its place (see Publishes), anything else by its bytes.
  struct Entry {
    std::uint64_t publish = 0;
    std::unique_ptr<std::string> bytes;
  };

  /// Whether a data command of this size, its header included, may be sent now.
  [[nodiscard]] bool allows(std::size_t size) const { return bytes_ + size <= limit_ || unconfirmed() == 0; }
  void sent(std::size_t size, Entry entry);

  /// The broker's CREDIT; false when it confirms what was never sent.
  [[nodiscard]] bool credit(std::uint64_t handled, std::uint64_t limit);

  [[nodiscard]] std::uint64_t unconfirmed() const { return sent_ - handled_; }
  [[nodiscard]] std::uint64_t sent_count() const { return sent_; }

  /// A new connection with a new session: counts and log begin anew.
  void begin(std::uint64_t limit);
  /// A new connection that goes on with the session: what is not handled waits to be sent again.
  [[nodiscard]] bool resume(std::uint64_t handled, std::uint64_t limit);

  /// The next entry to be sent again; null when all was.
  [[nodiscard]] Entry* to_repeat() { return repeat_ < log_.size() ? &log_[repeat_] : nullptr; }
  void repeated(std::size_t size);

 private:
  std::deque<Entry> log_;
  std::uint64_t sent_ = 0;     ///< in this session
  std::uint64_t handled_ = 0;  ///< of these, confirmed
  std::uint64_t bytes_ = 0;    ///< sent on this connection
  std::uint64_t limit_ = 0;
  std::size_t repeat_ = 0;  ///< log entries sent on this connection
};

}  // namespace fanfare::session
