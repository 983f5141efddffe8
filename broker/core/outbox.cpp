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

std::size_t Outbox::data_size(const Item& item) {
  if (const auto* own = std::get_if<Private>(&item)) return own->is_data ? own->bytes.size() : 0;
  if (const auto* batch = std::get_if<SharedBatch>(&item)) return (*batch)->command().size();
  if (const auto* read = std::get_if<Read>(&item)) return read->batch->command().size();
  return 0;
}

void Outbox::push(Item item) {
  waiting_bytes_ += data_size(item);
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

/// Lets go of what waits of the first stream that may be read back later; false when there is none.
bool Outbox::spill() {
  const auto spillable = [&](const Item& item) {
    const auto* batch = std::get_if<SharedBatch>(&item);
    return batch != nullptr && (*batch)->stream() != protocol::kNoStream && !drops_.contains((*batch)->stream());
  };
  const auto first = std::ranges::find_if(queue_, spillable);
  if (first == queue_.end()) return false;
  const auto oldest = std::get<SharedBatch>(*first);
  std::erase_if(queue_, [&](const Item& item) {
    const auto* batch = std::get_if<SharedBatch>(&item);
    if (batch == nullptr || (*batch)->stream() != oldest->stream()) return false;
    waiting_bytes_ -= (*batch)->command().size();
    return true;
  });
  spilled_.insert(oldest->stream());
  spills_.push_back({oldest->stream(), {oldest->epoch(), oldest->first() - 1}});
  return true;
}

void Outbox::drop_oldest() {
  for (std::size_t i = 0; i < queue_.size(); ++i) {
    auto* found = std::get_if<SharedBatch>(&queue_[i]);
    if (found == nullptr) continue;
    const auto batch = *found;
    waiting_bytes_ -= batch->command().size();
    count_dropped(*batch);
    // One GAP stands for a run of dropped batches of a stream.
    auto* before = i > 0 ? std::get_if<Dropped>(&queue_[i - 1]) : nullptr;
    if (before != nullptr && before->stream == batch->stream()) {
      before->to = batch->last();
      before->count += batch->count();
      queue_.erase(queue_.begin() + static_cast<std::ptrdiff_t>(i));
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

bool Outbox::credit(std::uint64_t handled, std::uint64_t limit) {
  if (handled < handled_ || handled > sent_commands_ || limit < limit_) return false;
  handled_ = handled;
  limit_ = limit;
  return true;
}

bool Outbox::may_send(std::size_t size) const {
  return sent_bytes_ + size <= limit_ || handled_ == sent_commands_;  // with nothing outstanding one larger may go
}

void Outbox::sent(std::size_t size) {
  waiting_bytes_ -= size;
  sent_bytes_ += size;
  ++sent_commands_;
}

void Outbox::announce(const std::vector<TopicPtr>& topics, std::string& frame) {
  if (announced_.size() + topics.size() > protocol::kMaxTopicNumbers) {
    protocol::append_command(frame, protocol::Forget{});
    announced_.clear();
  }
  for (const auto& topic : topics) {
    if (!announced_.emplace(topic.get(), topic).second) continue;
    const auto name = std::string_view(topic->name);
    protocol::append_command(frame, protocol::Topic{.number = topic->number, .stream = topic->stream, .name = name});
  }
}

void Outbox::write(const SharedBatch& batch, FrameBuilder& builder) {
  delivered_ += batch->count();
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
    if (announced_.erase(forgotten->topic.get()) > 0) {
      protocol::append_command(builder.commands(), protocol::Forget{.numbers = {forgotten->topic->number}});
    }
  } else if (const auto* dropped = std::get_if<Dropped>(&item)) {
    ++gaps_;
    protocol::append_command(builder.commands(), protocol::Gap{.stream = dropped->stream,
                                                               .epoch = dropped->epoch,
                                                               .from = dropped->from,
                                                               .to = dropped->to,
                                                               .reason = protocol::GapReason::overflow,
                                                               .dropped = dropped->count});
  }
}

void Outbox::flush(const std::function<void(SharedFrame)>& send) {
  FrameBuilder builder(send);
  builder.commands().append(free_);
  free_.clear();

  for (; !queue_.empty(); queue_.pop_front()) {
    const auto& item = queue_.front();
    const auto size = data_size(item);
    if (size > 0 && !may_send(size)) break;
    // A GAP waits with what comes behind it: until then more may be dropped there, and one GAP says it all.
    const bool is_gap = std::holds_alternative<Dropped>(item);
    if (is_gap && queue_.size() > 1 && !may_send(data_size(queue_[1]))) break;

    write(item, builder);
    if (size > 0) sent(size);
    builder.send_if_large();
  }
  builder.send();
}

}  // namespace fanfare::broker::core
