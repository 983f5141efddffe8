#include "broker/journal/checkpoints.hpp"

#include <algorithm>

#include "broker/journal/checkpoint_format.hpp"

namespace fanfare::broker::journal {

void Checkpoints::sealed(std::uint64_t segment, std::string topics) {
  constexpr std::size_t kMost = 1U << 20U;
  if (topics_bytes_ + topics.size() > kMost) return;
  topics_bytes_ += topics.size();
  topics_.emplace(segment, std::move(topics));
}

/// As its footer lists them; nullopt when that is damaged.
IoResult<std::optional<std::string>> Checkpoints::topics_of(const HeldSegment& segment) const {
  const auto known = topics_.find(segment.header->number);
  if (known != topics_.end()) return std::optional(known->second);
  const auto file = stream_.files.files().open(stream_.files.segment(segment.header->number), FileSystem::Open::read);
  if (!file) return file.error();
  auto footer = StreamFiles::read_footer(**file, *segment.seal, seed_of(*segment.header));
  return footer;
}

IoResult<void> Checkpoints::write_if_due() {
  constexpr std::uint64_t kDataPerSize = 4;
  const auto sealed = stream_.segments.sealed_after(segment_);
  std::uint64_t data = 0;
  for (const auto& segment : sealed) data += segment.data_end;
  if (sealed.empty() || data < kDataPerSize * size_) return {};

  auto bytes = stream_.files.read_all("checkpoint");
  if (!bytes) return bytes.error();
  auto checkpoint = bytes->value_or("");
  auto last_topic = std::uint32_t{0};
  const auto first = stream_.segments.first();
  for (const auto& segment : sealed) {
    const auto listed = topics_of(segment);
    if (!listed) return listed.error();
    if (!*listed) return {};  // damaged: the start reads the segment instead, until retention has removed it
    std::string_view list = **listed;
    const auto topics = TopicList::take(list).value();
    const auto earlier = CheckpointView::open(checkpoint);
    last_topic = earlier ? earlier->last_topic : last_topic;
    last_topic = std::max(last_topic, segment.header->last_topic);
    topics.for_each([&](const ListedTopic& topic) { last_topic = std::max(last_topic, topic.number); });
    checkpoint =
        encode_checkpoint(earlier ? earlier->topics : TopicList(), topics, last_topic, segment.header->number, first);
  }
  if (const auto written = stream_.files.replace("checkpoint", checkpoint); !written) return written.error();
  segment_ = sealed.back().header->number;
  size_ = checkpoint.size();
  topics_.clear();
  topics_bytes_ = 0;
  return {};
}

}  // namespace fanfare::broker::journal
