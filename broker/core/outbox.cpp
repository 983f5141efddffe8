#include "broker/core/outbox.hpp"

#include <algorithm>
#include <utility>

#include "protocol/limits.hpp"

namespace fanfare::broker::core {
namespace {

// A batch of this size goes out as its shared frame; a smaller one is copied next to whatever else waits, which saves a
// message of its own.
constexpr std::size_t kShareFrom = 8U * 1024U;

// Runs of what was dropped that are remembered one by one until they are taken.
constexpr std::size_t kMaxDroppedRuns = 4096;

}  // namespace

/// Collects commands into a frame and sends it when it is large or done.
class Outbox::FrameBuilder {
 public:
  explicit FrameBuilder(const std::function<void(SharedFrame)>& send) : send_(send), frame_(protocol::kFrameHeader) {}

  std::string& commands() { return frame_; }

  void send_if_large() {
    if (frame_.size() >= DeliveryBatch::kFullAt) send();
  }

  void send_alone(SharedFrame frame) {
    send();
    send_(std::move(frame));
  }

  void send() {
    if (frame_.size() == protocol::kFrameHeader.size()) return;
    send_(std::make_shared<const std::string>(std::exchange(frame_, std::string(protocol::kFrameHeader))));
  }

 private:
  const std::function<void(SharedFrame)>& send_;
  std::string frame_;
};

std::uint32_t Outbox::count_of(const Item& item) {
  if (const auto* free = std::get_if<Free>(&item)) return free->count;
  if (const auto* own = std::get_if<Private>(&item)) return own->count;
  return std::holds_alternative<Forgotten>(item) ? 0 : 1;
}

std::size_t Outbox::data_size(const Item& item) {
  if (const auto* own = std::get_if<Private>(&item)) return own->is_data ? own->bytes.size() : 0;
  if (const auto* batch = std::get_if<SharedBatch>(&item)) return (*batch)->command().size();
  if (const auto* read = std::get_if<Read>(&item)) return read->batch->command().size();
  return 0;
}

std::size_t Outbox::private_size(const Item& item) {
  return std::holds_alternative<Private>(item) ? data_size(item) : 0;
}

void Outbox::push(Item item) {
  waiting_bytes_ += data_size(item);
  private_bytes_ += private_size(item);
  queue_.push_back(std::move(item));
  while (waiting_bytes_ > bound_ && !closes_) {
    const auto before = waiting_bytes_;
    if (!spill()) drop_oldest();
    if (waiting_bytes_ == before) break;  // nothing left that may be dropped
  }
}

void Outbox::push_batch(SharedBatch batch) {
  if (batch->stream() != protocol::kNoStream && spilled_.contains(batch->stream())) return;
  push(std::move(batch));
}

void Outbox::set_drops(protocol::StreamNumber stream, bool drops) {
  if (drops) {
    drops_.insert(stream);
  } else {
    drops_.erase(stream);
  }
}

bool Outbox::may_drop(const DeliveryBatch& batch) const {
  return batch.stream() == protocol::kNoStream || drops_.contains(batch.stream());
}

/// Whether the item at `place` is a batch that may be read back later. One that goes again stays where others of its
/// stream stand behind it that were read back, or are being read: they would come before it.
bool Outbox::may_spill(std::size_t place) const {
  const auto* batch = std::get_if<SharedBatch>(&queue_[place]);
  if (batch == nullptr || may_drop(**batch) || spilled_.contains((*batch)->stream())) return false;
  if (place >= again_) return true;
  return std::none_of(queue_.begin() + static_cast<std::ptrdiff_t>(place), queue_.end(), [&](const Item& item) {
    const auto* read = std::get_if<Read>(&item);
    return read != nullptr && read->batch->stream() == (*batch)->stream();
  });
}

/// Lets go of what waits of the first stream that may be read back later; false when there is none. Batches that go
/// again are among it: the client has not got them.
bool Outbox::spill() {
  std::size_t first = 0;
  while (first < queue_.size() && !may_spill(first)) ++first;
  if (first == queue_.size()) return false;
  const auto oldest = std::get<SharedBatch>(queue_[first]);
  std::size_t place = 0;
  std::size_t again = again_;
  std::erase_if(queue_, [&](const Item& item) {
    const auto at = place++;
    const auto* batch = std::get_if<SharedBatch>(&item);
    if (at < first || batch == nullptr || (*batch)->stream() != oldest->stream()) return false;
    waiting_bytes_ -= (*batch)->command().size();
    if (at < again_) --again;
    return true;
  });
  again_ = again;
  spilled_.insert(oldest->stream());
  spills_.push_back({oldest->stream(), {oldest->epoch(), oldest->first() - 1}});
  return true;
}

void Outbox::drop_oldest() {
  for (std::size_t i = 0; i < queue_.size(); ++i) {
    auto* found = std::get_if<SharedBatch>(&queue_[i]);
    if (found == nullptr || !may_drop(**found)) continue;
    const auto batch = *found;
    waiting_bytes_ -= batch->command().size();
    count_dropped(*batch);
    // One GAP stands for a run of dropped batches of a stream.
    auto* before = i > 0 ? std::get_if<Dropped>(&queue_[i - 1]) : nullptr;
    if (before != nullptr && before->stream == batch->stream()) {
      before->to = batch->last();
      before->count += batch->count();
      queue_.erase(queue_.begin() + static_cast<std::ptrdiff_t>(i));
      if (i < again_) --again_;
    } else {
      queue_[i] = Dropped{batch->stream(), batch->epoch(), batch->first(), batch->last(), batch->count()};
    }
    return;
  }
}

void Outbox::count_dropped(const DeliveryBatch& batch) {
  dropped_ += batch.count();
  for (std::size_t i = 0; i < batch.topics().size(); ++i) {
    const auto& topic = batch.topics()[i];
    const bool is_full = dropped_runs_.size() >= kMaxDroppedRuns;
    if (is_full) {
      dropped_runs_.back().topic = nullptr;
    } else if (dropped_runs_.empty() || dropped_runs_.back().topic != topic) {
      dropped_runs_.push_back({topic, 0});
    }
    dropped_runs_.back().count += batch.runs()[i];
  }
}

void Outbox::drop_waiting() {
  for (const auto& item : queue_) {
    if (const auto* batch = std::get_if<SharedBatch>(&item)) count_dropped(**batch);
  }
}

bool Outbox::credit(std::uint64_t received, std::uint64_t limit) {
  if (received < confirmed_ || received > sent_commands_ || limit < limit_) return false;
  forget_confirmed(received);
  limit_ = limit;
  return true;
}

void Outbox::forget_confirmed(std::uint64_t received) {
  auto confirmed = received - std::exchange(confirmed_, received) + std::exchange(log_done_, 0);
  while (!log_.empty() && confirmed >= count_of(log_.front())) {
    confirmed -= count_of(log_.front());
    if (const auto* free = std::get_if<Free>(&log_.front())) logged_free_ -= free->bytes.size();
    log_.pop_front();
  }
  log_done_ = static_cast<std::uint32_t>(confirmed);
}

bool Outbox::resume(std::uint64_t received, std::uint64_t limit) {
  if (received < confirmed_ || received > sent_commands_) return false;
  forget_confirmed(received);
  if (log_done_ > 0) cut_what_arrived(log_.front());
  again_ += log_.size();
  for (; !log_.empty(); log_.pop_back()) {
    waiting_bytes_ += data_size(log_.back());
    private_bytes_ += private_size(log_.back());
    queue_.push_front(std::move(log_.back()));
  }
  sent_commands_ = received;
  last_in_order_ = received;
  opening_.clear();
  of_connection_.clear();
  announced_.clear();
  sent_bytes_ = 0;
  first_limit_ = limit_ = limit;
  return true;
}

/// The client has counted a part of what left together.
void Outbox::cut_what_arrived(Item& item) {
  const auto cut = [&](std::string& bytes, std::uint32_t& count) {
    std::size_t size = 0;
    for (; log_done_ > 0; --log_done_, --count) {
      size += sizeof(std::uint32_t) + protocol::load<std::uint32_t>(bytes.data() + size);
    }
    bytes.erase(0, size);
    return size;
  };
  if (auto* free = std::get_if<Free>(&item)) {
    logged_free_ -= cut(free->bytes, free->count);
  } else {
    auto& own = std::get<Private>(item);
    cut(own.bytes, own.count);
  }
}

bool Outbox::may_send(std::size_t size) const {
  // With nothing outstanding one larger may go: the limit is what the client has handled, and its window.
  return sent_bytes_ + size <= limit_ || sent_bytes_ <= limit_ - first_limit_;
}

void Outbox::sent(Item item, std::size_t size) {
  waiting_bytes_ -= size;
  private_bytes_ -= private_size(item);
  sent_bytes_ += size;
  if (const auto count = count_of(item); count > 0) {
    sent_commands_ += count;
    if (const auto* free = std::get_if<Free>(&item)) {
      if (again_ == 0) logged_free_ += free->bytes.size();
    } else {
      last_in_order_ = sent_commands_;
    }
    log_.push_back(std::move(item));
  }
}

void Outbox::announce(const std::vector<TopicPtr>& topics, std::string& frame) {
  if (announced_.size() + topics.size() > protocol::kMaxTopicNumbers) {
    protocol::append_command(frame, protocol::Forget{});
    announced_.clear();
  }
  for (const auto& topic : topics) {
    if (!announced_.add(*topic)) continue;
    const auto name = std::string_view(topic->name);
    protocol::append_command(frame, protocol::Topic{.number = topic->number, .stream = topic->stream, .name = name});
  }
}

void Outbox::write(const SharedBatch& batch, FrameBuilder& builder) {
  if (again_ == 0) delivered_ += batch->count();
  announce(batch->topics(), builder.commands());
  if (batch->command().size() >= kShareFrom) {
    builder.send_alone(SharedFrame(batch, &batch->frame()));
  } else {
    builder.commands().append(batch->command());
  }
}

void Outbox::write(const Item& item, FrameBuilder& builder) {
  if (const auto* own = std::get_if<Private>(&item)) {
    announce(own->topics, builder.commands());
    builder.commands().append(own->bytes);
  } else if (const auto* batch = std::get_if<SharedBatch>(&item)) {
    write(*batch, builder);
  } else if (const auto* read = std::get_if<Read>(&item)) {
    write(read->batch, builder);
  } else if (const auto* forgotten = std::get_if<Forgotten>(&item)) {
    if (announced_.remove(*forgotten->topic)) {
      protocol::append_command(builder.commands(), protocol::Forget{.numbers = {forgotten->topic->number}});
    }
  } else if (const auto* dropped = std::get_if<Dropped>(&item)) {
    if (again_ == 0) ++gaps_;
    protocol::append_command(builder.commands(), protocol::Gap{.stream = dropped->stream,
                                                               .epoch = dropped->epoch,
                                                               .from = dropped->from,
                                                               .to = dropped->to,
                                                               .reason = protocol::GapReason::overflow,
                                                               .dropped = dropped->count});
  } else if (const auto* free = std::get_if<Free>(&item)) {
    builder.commands().append(free->bytes);
  }
}

/// False when it has to wait.
bool Outbox::send_first(FrameBuilder& builder) {
  auto& item = queue_.front();
  const auto size = data_size(item);
  if (size > 0 && !may_send(size)) return false;
  // A GAP waits with what comes behind it: until then more may be dropped there, and one GAP says it all.
  const bool is_gap = std::holds_alternative<Dropped>(item);
  if (is_gap && queue_.size() > 1 && !may_send(data_size(queue_[1]))) return false;

  write(item, builder);
  const auto* own = std::get_if<Private>(&item);
  if (own != nullptr && own->part_of != 0 && again_ == 0) passed_.push_back({own->part_of, own->part_bytes});
  sent(std::move(item), size);
  queue_.pop_front();
  builder.send_if_large();
  return true;
}

void Outbox::flush(const std::function<void(SharedFrame)>& send) {
  FrameBuilder builder(send);
  builder.commands().append(opening_);
  opening_.clear();
  while (again_ > 0 && send_first(builder)) --again_;
  if (again_ == 0 && !free_.bytes.empty()) {
    builder.commands().append(free_.bytes);
    sent(std::exchange(free_, {}), 0);
  }
  // Behind the answers: who sees the PONG of a PING has them.
  builder.commands().append(of_connection_);
  of_connection_.clear();
  if (again_ > 0) return builder.send();

  while (!queue_.empty() && send_first(builder)) {
  }
  builder.send();
}

}  // namespace fanfare::broker::core
