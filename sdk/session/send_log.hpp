#pragma once
// Credit towards the broker, and the log of the counted commands it has not said to have received (PROTOCOL.md §§2, 6).
// After a resume the log is sent again from where the broker's count stands, before anything new. Data commands are
// bounded by the broker's window, free ones by what they are the answer to. Owned by the session; one thread.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <string>

namespace fanfare::session {

class SendLog {
 public:
  /// Publishes whose places follow each other (see Publishes), or anything else by its bytes.
  struct Entry {
    std::uint64_t publish = 0;  ///< the first place
    std::unique_ptr<std::string> bytes;
    bool data = true;  ///< it needs credit
    std::uint64_t count = 1;
  };
  /// One command that is to be sent again.
  struct Repeat {
    std::uint64_t publish;
    const std::string* bytes;  ///< null: it is a publish
    bool data;
  };

  /// Whether a data command of this size, its header included, may be sent now.
  [[nodiscard]] bool allows(std::size_t size) const { return bytes_ + size <= limit_ || !has_outstanding(); }
  /// A counted command of `size` bytes goes into a frame. Nothing repeats.
  void sent(std::size_t size, Entry entry);
  /// The same for a publish.
  void sent(std::size_t size, std::uint64_t publish);

  /// The broker's CREDIT; false when it confirms what was never sent on this connection.
  [[nodiscard]] bool credit(std::uint64_t received, std::uint64_t limit);

  /// Whether the broker has not handled all the data that was sent on this connection.
  [[nodiscard]] bool has_outstanding() const { return outstanding_ > 0; }
  [[nodiscard]] std::uint64_t sent_count() const { return sent_; }

  /// A new connection with a new session: counts and log begin anew.
  void begin(std::uint64_t limit);
  /// A new connection that goes on with the session: what was not received waits to be sent again. False when the count
  /// does not fit.
  [[nodiscard]] bool resume(std::uint64_t received, std::uint64_t limit);

  /// Whether something is to be sent again.
  [[nodiscard]] bool repeats() const { return repeated_ < sent_ - received_; }
  /// The first that is.
  [[nodiscard]] Repeat to_repeat() const;
  void repeated(std::size_t size);

  /// What was not confirmed, oldest first.
  [[nodiscard]] const std::deque<Entry>& entries() const { return log_; }

 private:
  /// Takes the first `count` commands off the log; how many of them were data.
  std::uint64_t drop(std::uint64_t count);

  std::deque<Entry> log_;
  std::uint64_t sent_ = 0;      ///< counted commands of this session
  std::uint64_t received_ = 0;  ///< of these, confirmed
  std::uint64_t bytes_ = 0;     ///< of data sent on this connection
  std::uint64_t limit_ = 0;
  std::uint64_t outstanding_ = 0;  ///< data commands sent on this connection and not confirmed
  std::uint64_t repeated_ = 0;     ///< commands of the log that were sent on this connection
  // While something repeats: the entry of the first that does, and how many of it do not.
  std::size_t entry_ = 0;
  std::uint64_t within_ = 0;
};

}  // namespace fanfare::session
