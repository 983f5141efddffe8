#include "broker/core/delivery_batch.hpp"

namespace fanfare::broker::core {
namespace {

// Where the fields that seal() fills in stand in the frame: header, u32 size, u8 type, u16 stream, u8 kind, u32 handle,
// uuid epoch, u64 through, u32 count.
constexpr std::size_t kSizeAt = protocol::kFrameHeader.size();
constexpr std::size_t kThroughAt = kSizeAt + protocol::kCommandHeaderSize + 2 + 1 + 4 + 16;
constexpr std::size_t kCountAt = kThroughAt + 8;
constexpr std::size_t kSmallest = kCountAt + 4;

}  // namespace

DeliveryBatch::DeliveryBatch(protocol::StreamNumber stream, const Uuid& epoch, protocol::DeliveryKind kind,
                             protocol::Handle handle)
    : frame_(protocol::make_frame(protocol::Deliver{.stream = stream, .kind = kind, .handle = handle, .epoch = epoch})),
      stream_(stream),
      epoch_(epoch) {}

DeliveryBatch::DeliveryBatch(protocol::StreamNumber stream, const Uuid& epoch, std::size_t expected)
    : stream_(stream), epoch_(epoch) {
  frame_.reserve(kSmallest + expected);
  frame_ = protocol::kFrameHeader;
  protocol::append_command(frame_, protocol::Deliver{.stream = stream, .epoch = epoch});
}

void DeliveryBatch::append(const DeliveryBatch& other, const Part& part) {
  frame_.append(other.frame_, part.begin, part.end - part.begin);
  if (count_ == 0) first_ = part.first;
  last_ = part.last;
  for (auto run = part.first_run; run < part.last_run; ++run) {
    if (topics_.empty() || topics_.back() != other.topics_[run]) {
      topics_.push_back(other.topics_[run]);
      runs_.push_back(0);
    }
    runs_.back() += other.runs_[run];
    count_ += other.runs_[run];
  }
}

void DeliveryBatch::seal(std::uint64_t through) {
  protocol::store(frame_.data() + kSizeAt, static_cast<std::uint32_t>(frame_.size() - kSizeAt - sizeof(std::uint32_t)));
  protocol::store(frame_.data() + kThroughAt, through);
  protocol::store(frame_.data() + kCountAt, count_);
  // It may wait for long, and its size is what the bound of an outbox counts.
  if (frame_.size() < frame_.capacity() / 2) frame_.shrink_to_fit();
}

}  // namespace fanfare::broker::core
