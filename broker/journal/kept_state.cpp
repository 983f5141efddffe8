#include "broker/journal/kept_state.hpp"

#include <algorithm>
#include <cerrno>
#include <map>
#include <memory>
#include <utility>

#include "broker/journal/checkpoint_format.hpp"

namespace fanfare::broker::journal {
namespace {

using runtime::Error;
using runtime::Result;

/// Reads each segment's contents once.
class KeptReader {
 public:
  KeptReader(StreamState& stream, const Options& options, const std::vector<FoundSegment>& segments,
             std::vector<std::string>& notices)
      : stream_(stream), options_(options), segments_(segments), notices_(notices) {}

  Result<KeptState> read() {
    auto& kept = state_.kept;
    if (segments_.empty()) return std::move(state_);
    kept.head.sequence = segments_.back().last();
    kept.first = segments_.front().header.first;
    for (const auto& segment : segments_) {
      kept.last_timestamp = std::max(kept.last_timestamp, segment.last_timestamp());
      if (segment.last() < segment.header.first) continue;  // empty
      if (kept.ends.empty() || kept.ends.back().epoch != segment.header.epoch) kept.ends.emplace_back();
      kept.ends.back() = {segment.header.epoch, segment.last()};
    }
    kept.last_topic = segments_.back().header.last_topic;
    if (const auto read = read_topics(); !read) return read.error();
    if (const auto read = read_ids(); !read) return read.error();
    return std::move(state_);
  }

 private:
  Result<const SegmentContents*> contents(const FoundSegment& segment) {
    auto& slot = contents_[segment.header.number];
    if (!slot) {
      auto read = contents_of(stream_.files, segment, notices_);
      if (!read) return read.error();
      slot = std::make_unique<SegmentContents>(std::move(*read));
    }
    return slot.get();
  }

  /// Whether the checkpoint is about this journal: after a repair it may be about what was cut off.
  [[nodiscard]] bool fits(const CheckpointView& checkpoint) const {
    if (checkpoint.segment >= segments_.back().header.number) return false;
    auto last = segments_.front().header.first - 1;
    for (const auto& segment : segments_) {
      if (segment.header.number == checkpoint.segment) last = segment.last();
    }
    bool is_good = true;
    checkpoint.topics.for_each([&](const ListedTopic& topic) { is_good = is_good && topic.head <= last; });
    return is_good;
  }

  Result<void> read_topics() {
    const auto bytes = stream_.files.read_all("checkpoint");
    if (!bytes) return Error{bytes.error().message};
    const auto checkpoint = *bytes ? CheckpointView::open(**bytes) : std::nullopt;
    if (checkpoint && fits(*checkpoint)) {
      state_.checkpoint_segment = checkpoint->segment;
      state_.checkpoint_size = (**bytes).size();
      state_.kept.last_topic = std::max(state_.kept.last_topic, checkpoint->last_topic);
      stream_.names.reserve(checkpoint->topics.count());
      checkpoint->topics.for_each([&](const ListedTopic& topic) { add(topic.number, topic.name, topic.head); });
    } else if (*bytes) {
      notices_.push_back(stream_.files.path("checkpoint") + " is of no use, all footers were read instead");
      const auto gone = stream_.files.files().remove(stream_.files.path("checkpoint"));
      if (!gone) return Error{gone.error().message};
    }
    for (const auto& segment : segments_) {
      if (segment.header.number <= state_.checkpoint_segment) continue;
      const auto read = contents(segment);
      if (!read) return read.error();
      for (const auto& topic : (*read)->topics) add(topic.number, topic.name, topic.head);
    }
    state_.kept.topics.reserve(stream_.names.size());
    stream_.names.for_each([&](std::uint32_t number, const TopicNames::Topic& topic) {
      state_.kept.topics.push_back({.number = number, .name = topic.name, .head = topic.head});
    });
    return {};
  }

  void add(std::uint32_t number, std::string_view name, std::uint64_t head) {
    state_.kept.last_topic = std::max(state_.kept.last_topic, number);
    if (head < state_.kept.first) return;
    if (auto* topic = stream_.names.find(number)) {
      topic->head = head;
    } else {
      stream_.names.add(number, name, head);
    }
  }

  Result<void> read_ids() {
    auto& kept = state_.kept;
    const auto oldest = kept.last_timestamp - options_.ids_window.count();
    kept.ids_from = kept.first;
    for (auto at = segments_.rbegin(); at != segments_.rend(); ++at) {
      if (at->last() < at->header.first) continue;  // empty
      if (at->last_timestamp() < oldest) {
        kept.ids_from = at->last() + 1;
        break;
      }
      const auto read = contents(*at);
      if (!read) return read.error();
      if (!take_ids(*at, **read, oldest)) break;
      contents_.erase(at->header.number);
    }
    std::ranges::reverse(kept.ids);
    return {};
  }

  /// The segment's ids, last first; false when the window ends among them. The time of a record is taken to be that of
  /// the next batch in the index: rather too late than too early.
  bool take_ids(const FoundSegment& segment, const SegmentContents& contents, std::int64_t oldest) {
    auto& kept = state_.kept;
    auto later = contents.index.rbegin();
    auto timestamp = segment.last_timestamp();
    for (auto id = contents.ids.rbegin(); id != contents.ids.rend(); ++id) {
      const auto sequence = segment.header.first + id->sequence;
      for (; later != contents.index.rend() && later->first > sequence; ++later) timestamp = later->timestamp;
      if (timestamp < oldest || kept.ids.size() == options_.kept_ids) {
        kept.ids_from = sequence + 1;
        return false;
      }
      kept.ids.push_back({.id = id->id, .sequence = sequence, .fingerprint = id->fingerprint, .timestamp = timestamp});
    }
    return true;
  }

  StreamState& stream_;
  const Options& options_;
  const std::vector<FoundSegment>& segments_;
  std::vector<std::string>& notices_;
  std::map<std::uint64_t, std::unique_ptr<SegmentContents>> contents_;
  KeptState state_;
};

}  // namespace

Result<KeptState> read_kept(StreamState& stream, const Options& options, const std::vector<FoundSegment>& segments,
                            std::vector<std::string>& notices) {
  return KeptReader(stream, options, segments, notices).read();
}

}  // namespace fanfare::broker::journal
