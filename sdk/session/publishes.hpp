#pragma once
// The publishes that have no acknowledgement yet, in the order they were called: first those sent in this session, then
// those that wait. Their bytes stay in the batches they came in. Owned by the session; one thread.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "sdk/session/publish_batch.hpp"

namespace fanfare::session {

class Publishes {
 public:
  struct Open {
    const PublishBatch* batch = nullptr;
    std::uint32_t item = 0;
    protocol::RequestNumber request = 0;  ///< 0: not sent in this session
    std::uint32_t lost_in = 0;            ///< the session that was lost with it first, 0: none
    bool done = false;

    [[nodiscard]] bool sent_before() const { return lost_in != 0; }

    [[nodiscard]] const PublishBatch::Item& description() const { return batch->items()[item]; }
  };

  void add(std::unique_ptr<PublishBatch> batch);

  [[nodiscard]] bool empty() const { return open_.empty(); }
  [[nodiscard]] bool has_waiting() const { return next_ < open_.size(); }
  /// Whether something was sent in this session and has no answer.
  [[nodiscard]] bool has_sent() const { return next_ > 0; }
  /// The first that waits.
  [[nodiscard]] Open& waiting() { return open_[next_]; }
  /// The first that waits has its request number now: it was sent, or refused and is done.
  void advance() { ++next_; }

  /// The place of `waiting()`, for at().
  [[nodiscard]] std::uint64_t place() const { return base_ + next_; }
  /// Null when it has its answer.
  [[nodiscard]] Open* at(std::uint64_t place);
  /// The one that was sent under this number in this session.
  [[nodiscard]] Open* find(protocol::RequestNumber request);

  void finish(Open& open) { open.done = true; }
  /// Lets go of what is finished; pointers into this are void then.
  void trim();

  /// Session number `session` is lost: everything waits again.
  void rewind(std::uint32_t session);
  /// The first session that was lost with something that is still open; none: `none`.
  [[nodiscard]] std::uint32_t first_lost(std::uint32_t none) const;
  /// Everything that is open, oldest first, and nothing is left.
  [[nodiscard]] std::vector<Open> take_all();
  /// Keeps the bytes of take_all() until the next call.
  void release() { batches_.clear(); }

 private:
  std::deque<Open> open_;
  std::deque<std::unique_ptr<PublishBatch>> batches_;
  std::size_t next_ = 0;
  std::uint64_t base_ = 0;
};

}  // namespace fanfare::session
