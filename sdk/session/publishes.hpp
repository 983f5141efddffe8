#pragma once
// The publishes that have no outcome yet, in the order they were called: first those sent in this session, then those
// that wait. They stay in the batches they came in, which are let go one by one. Owned by the session; one thread.

#include <cstddef>
#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "sdk/session/publish_batch.hpp"

namespace fanfare::session {

class Publishes {
 public:
  /// One of them; valid until trim().
  struct Open {
    PublishBatch* batch = nullptr;
    std::uint32_t index = 0;

    explicit operator bool() const { return batch != nullptr; }
    [[nodiscard]] PublishBatch::Item& item() const { return batch->items()[index]; }
    [[nodiscard]] Ticket ticket() const { return batch->ticket(index); }
  };
  /// What was left without an outcome.
  struct Left {
    Ticket ticket;
    bool sent;  ///< in this session or an earlier one
  };

  void add(std::shared_ptr<PublishBatch> batch);

  [[nodiscard]] bool empty() const { return open_ == 0; }
  [[nodiscard]] bool has_waiting() const { return next_ < batches_.size(); }
  /// Whether something was sent in this session and has no answer.
  [[nodiscard]] bool has_sent() const { return sent_ > 0; }
  /// The first that waits.
  [[nodiscard]] Open waiting() const { return {batches_[next_].batch.get(), next_item_}; }
  /// The first that waits has its request number now: it was sent, or refused and is done.
  void advance();

  /// The place of `waiting()`, for at().
  [[nodiscard]] std::uint64_t place() const { return batches_[next_].place + next_item_; }
  /// None when it has its answer.
  [[nodiscard]] Open at(std::uint64_t place) const;
  /// The one that was sent under this number in this session; none when it has its answer.
  [[nodiscard]] Open find(protocol::RequestNumber request) const;

  /// `first` and those behind it in its batch whose numbers follow, at most `most`, have their outcome. How many.
  std::uint32_t finish(const Open& first, std::uint32_t most = 1);
  /// Lets go of batches that are finished, wherever they stand.
  void trim();

  /// Session number `session` is lost: everything waits again.
  void rewind(std::uint32_t session);
  /// The first session that was lost with something that is still open; none: `none`.
  [[nodiscard]] std::uint32_t first_lost(std::uint32_t none) const;
  /// Everything that is open, oldest first, and nothing is left.
  [[nodiscard]] std::vector<Left> take_all();

 private:
  struct Held {
    std::shared_ptr<PublishBatch> batch;
    std::uint64_t place;     ///< of its first item
    std::size_t open;        ///< items without an outcome
    std::uint32_t next = 0;  ///< behind the item that was finished last
  };

  /// From here on to the first that is open; what is passed takes the number before it, so that numbers rise.
  void skip_done();

  std::deque<Held> batches_;
  std::size_t next_ = 0;  ///< the batch of the first that waits
  std::uint32_t next_item_ = 0;
  protocol::RequestNumber last_request_ = 0;
  std::uint64_t end_ = 0;     ///< the place behind the last
  std::size_t open_ = 0;      ///< without an outcome
  std::size_t sent_ = 0;      ///< of these, sent in this session
  std::size_t finished_ = 0;  ///< batches without an open item
};

}  // namespace fanfare::session
