#include "broker/core/delivery_batch.hpp"

namespace fanfare::broker::core {
namespace {

// Where the fields that seal() fills in stand in the frame: header, u32 size, u8 type, u16 stream, u8 kind, u32 handle,
// uuid epoch, u64 through, u32 count.
constexpr std::size_t kSizeAt = protocol::kFrameHeader.size();
constexpr std::size_t kThroughAt = kSizeAt + protocol::kCommandHeaderSize + 2 + 1 + 4 + 16;
constexpr std::size_t kCountAt = kThroughAt + 8;

}  // namespace

DeliveryBatch::DeliveryBatch(protocol::StreamNumber stream, const Uuid& epoch, protocol::DeliveryKind kind,
                             protocol::Handle handle)
    : frame_(protocol::make_frame(protocol::Deliver{.stream = stream, .kind = kind, .handle = handle, .epoch = epoch})),
      stream_(stream),
      epoch_(epoch) {}

void DeliveryBatch::added(const TopicPtr& topic, std::uint64_t sequence) {
  if (topics_.empty() || topics_.back() != topic) {
    topics_.push_back(topic);
    runs_.push_back(0);
  }
  ++runs_.back();
  if (count_++ == 0) first_ = sequence;
  last_ = sequence;
}

void DeliveryBatch::seal(std::uint64_t through) {
  protocol::store(frame_.data() + kSizeAt, static_cast<std::uint32_t>(frame_.size() - kSizeAt - sizeof(std::uint32_t)));
  protocol::store(frame_.data() + kThroughAt, through);
  protocol::store(frame_.data() + kCountAt, count_);
}

}  // namespace fanfare::broker::core
