#pragma once
// What waits for one session: free commands, and in order behind the client's credit the data commands and those that
// keep their place among them; and what was sent and is not confirmed, which goes again over the next connection
// (PROTOCOL.md §2). Bounded: beyond `bound` the batches of streams that spill are let go, to be read from the journal
// later, then the oldest others, and a GAP stands where they were. Owned by its session; the core's thread only.

#include <algorithm>
#include <cstdint>
#include <deque>
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "broker/core/announced_topics.hpp"
#include "broker/core/delivery_batch.hpp"
#include "broker/core/drop_counts.hpp"
#include "broker/core/effects.hpp"
#include "protocol/frame.hpp"

namespace fanfare::broker::core {

class Outbox {
 public:
  /// A part of a reply was sent for the first time.
  struct PassedPart {
    std::uint64_t exchange;
    std::size_t bytes;  ///< of its content
  };

  explicit Outbox(std::size_t bound) : bound_(bound) {}

  /// A command that is free and may overtake what waits for credit.
  template <class Command>
  void push_free(const Command& command) {
    if constexpr (protocol::is_counted(Command::kType)) {
      protocol::append_command(free_.bytes, command);
      ++free_.count;
    } else if constexpr (Command::kType == protocol::CommandType::welcome) {
      protocol::append_command(opening_, command);
    } else {
      protocol::append_command(of_connection_, command);
    }
  }
  /// Free commands wait to be sent.
  [[nodiscard]] bool has_free() const { return !free_.bytes.empty() || !of_connection_.empty() || !opening_.empty(); }

  /// A data command for this session alone; `topics` of its records are announced before it.
  template <class Command>
  void push_data(const Command& command, std::vector<TopicPtr> topics = {}) {
    std::string bytes;
    protocol::append_command(bytes, command);
    push(Private{std::move(bytes), 1, true, std::move(topics), 0, 0});
  }
  /// A part of a reply that is not the last; take_passed() tells when it is sent.
  void push_part(const protocol::Reply& part, std::uint64_t exchange) {
    std::string bytes;
    protocol::append_command(bytes, part);
    push(Private{std::move(bytes), 1, true, {}, exchange, part.content.size()});
  }
  [[nodiscard]] std::vector<PassedPart> take_passed() { return std::exchange(passed_, {}); }

  /// A free command that keeps its place among the data.
  template <class Command>
  void push_in_place(const Command& command) {
    static_assert(protocol::is_counted(Command::kType));
    std::string bytes;
    protocol::append_command(bytes, command);
    push_in_place(std::move(bytes), 1);
  }
  /// `count` of them, encoded.
  void push_in_place(std::string commands, std::uint32_t count) {
    push(Private{std::move(commands), count, false, {}, 0, 0});
  }

  /// Live records. Those of a stream that has spilled are not taken.
  void push_batch(SharedBatch batch);

  /// Records that were read back for this session: they are never let go.
  void push_read(SharedBatch batch) { push(Read{std::move(batch)}); }

  /// The broker's number of this topic is taken back.
  void push_forget(const TopicPtr& topic) { push(Forgotten{topic}); }

  /// What happens to batches of this stream beyond the bound: they spill, unless they are to be dropped.
  void set_drops(protocol::StreamNumber stream, bool drops);

  /// Streams that have spilled since the last call, each with the position that the batches let go begin after.
  [[nodiscard]] std::vector<protocol::StreamPosition> take_spills() { return std::exchange(spills_, {}); }
  [[nodiscard]] bool has_spills() const { return !spills_.empty(); }
  /// What was let go has been read back: live batches of the stream are taken again.
  void unspill(protocol::StreamNumber stream) { spilled_.erase(stream); }

  /// A subscriber asked to be closed rather than to miss something: nothing is dropped, overflowed() says when. It also
  /// does of a client that confirms no free commands.
  void close_on_overflow() { closes_ = true; }
  [[nodiscard]] bool overflowed() const {
    return (closes_ && waiting_bytes_ > bound_) || unconfirmed_free() > std::max(bound_, kFreeBound);
  }

  /// A new session: its connection may be sent `limit` bytes of data.
  void begin(std::uint64_t limit) { first_limit_ = limit_ = limit; }
  /// The session goes on over another connection, whose client has received `received` counted commands in it: the
  /// others wait again, before all else. False when it can't have received so many, or has forgotten some.
  [[nodiscard]] bool resume(std::uint64_t received, std::uint64_t limit);
  /// Counted commands that were sent in the session.
  [[nodiscard]] std::uint64_t sent_commands() const { return sent_commands_; }

  /// The client's CREDIT; false when it is impossible (a limit that falls, more received than sent).
  [[nodiscard]] bool credit(std::uint64_t received, std::uint64_t limit);

  /// Whether another data command of `size` bytes fits without anything being dropped.
  [[nodiscard]] bool has_room(std::size_t size) const { return waiting_bytes_ + size <= bound_; }
  /// The same for a reply, which batches make room for.
  [[nodiscard]] bool has_room_for_reply(std::size_t size) const { return private_bytes_ + size <= bound_; }

  /// The client has received all data that was ever pushed, and all that kept its place among it.
  [[nodiscard]] bool confirmed() const { return queue_.empty() && confirmed_ >= last_in_order_; }

  /// Bytes of free commands that wait or that the client has not confirmed.
  [[nodiscard]] std::size_t unconfirmed_free() const { return free_.bytes.size() + logged_free_; }

  /// Nothing waits for credit.
  [[nodiscard]] bool idle() const { return queue_.empty(); }

  /// Hands all that may go now to `send`, as few frames as possible.
  void flush(const std::function<void(SharedFrame)>& send);

  [[nodiscard]] std::size_t waiting_bytes() const { return waiting_bytes_; }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }
  /// Messages that were handed to send().
  [[nodiscard]] std::uint64_t delivered() const { return delivered_; }
  /// What was dropped since the last call, and how many GAPs have told of it.
  [[nodiscard]] std::vector<DroppedRun> take_dropped() { return std::exchange(dropped_runs_, {}); }
  [[nodiscard]] std::uint64_t take_gaps() { return std::exchange(gaps_, 0); }
  /// The session ends: the live messages that wait count as dropped.
  void drop_waiting();

 private:
  /// Of free commands at least so much may be unconfirmed, however little else may wait.
  static constexpr std::size_t kFreeBound = 1U << 20U;

  class FrameBuilder;
  struct Private {
    std::string bytes;
    std::uint32_t count;
    bool is_data;
    std::vector<TopicPtr> topics;
    std::uint64_t part_of = 0;   ///< an exchange; 0: it is no part
    std::size_t part_bytes = 0;  ///< of content
  };
  /// Free commands that left together.
  struct Free {
    std::string bytes;
    std::uint32_t count = 0;
  };
  struct Read {
    SharedBatch batch;
  };
  struct Forgotten {
    TopicPtr topic;
  };
  /// Stands for batches that were dropped here.
  struct Dropped {
    protocol::StreamNumber stream;
    Uuid epoch;
    std::uint64_t from;
    std::uint64_t to;
    std::uint64_t count;
  };
  using Item = std::variant<Private, SharedBatch, Read, Forgotten, Dropped, Free>;

  /// Bytes of data commands in the item: what counts against credit and bound.
  [[nodiscard]] static std::size_t data_size(const Item& item);
  /// Of these, those of a command for this session alone.
  [[nodiscard]] static std::size_t private_size(const Item& item);
  /// Counted commands that the item is on the wire.
  [[nodiscard]] static std::uint32_t count_of(const Item& item);

  void push(Item item);
  [[nodiscard]] bool may_drop(const DeliveryBatch& batch) const;
  [[nodiscard]] bool may_spill(std::size_t place) const;
  bool spill();
  void drop_oldest();
  void count_dropped(const DeliveryBatch& batch);
  void write(const Item& item, FrameBuilder& builder);
  void write(const SharedBatch& batch, FrameBuilder& builder);
  [[nodiscard]] bool may_send(std::size_t size) const;
  [[nodiscard]] bool send_first(FrameBuilder& builder);
  void sent(Item item, std::size_t size);
  void forget_confirmed(std::uint64_t received);
  void cut_what_arrived(Item& item);
  void announce(const std::vector<TopicPtr>& topics, std::string& frame);

  std::size_t bound_;
  std::string opening_;        // WELCOME
  std::string of_connection_;  // other free commands that are not counted
  Free free_;
  std::deque<Item> queue_;
  std::size_t again_ = 0;  // of these the first so many were sent over an earlier connection
  std::size_t waiting_bytes_ = 0;
  std::size_t private_bytes_ = 0;  // of these
  AnnouncedTopics announced_;

  std::uint64_t first_limit_ = 0;  // the client's window
  std::uint64_t limit_ = 0;        // bytes that may be sent on this connection
  std::uint64_t sent_bytes_ = 0;   // on this connection
  std::deque<Item> log_;           // sent and not confirmed, as they left
  std::size_t logged_free_ = 0;    // bytes of Free in there
  std::uint32_t log_done_ = 0;     // commands of its first item that are confirmed
  std::uint64_t sent_commands_ = 0;
  std::uint64_t confirmed_ = 0;      // of these
  std::uint64_t last_in_order_ = 0;  // how many were sent with the last that was no free one
  std::uint64_t delivered_ = 0;      // messages, as are these
  std::uint64_t dropped_ = 0;
  std::uint64_t gaps_ = 0;
  std::vector<DroppedRun> dropped_runs_;
  bool closes_ = false;
  std::set<protocol::StreamNumber> drops_;    // streams whose batches are dropped, not spilled
  std::set<protocol::StreamNumber> spilled_;  // streams that are not live
  std::vector<protocol::StreamPosition> spills_;
  std::vector<PassedPart> passed_;
};

}  // namespace fanfare::broker::core
