#include "broker/journal/retention.hpp"

#include <algorithm>

namespace fanfare::broker::journal {
namespace {

constexpr std::uint64_t kFirstTopics = 64U << 10U;  // bytes of a footer that are read for its topics
constexpr std::uint64_t kMoreTopics = 16;           // times as many when they don't end there

}  // namespace

bool Retention::is_due(std::int64_t now) {
  const auto oldest = stream_.segments.oldest();
  if (!oldest || !oldest->seal) return false;
  const auto rules = stream_.keeping.rules();
  const auto is_old = rules.max_age && oldest->last_timestamp < now - rules.max_age->count();
  const auto is_too_much = rules.max_size && stream_.segments.figures().bytes > *rules.max_size;
  return (is_old || is_too_much) && stream_.hold.lets_go(oldest->last);
}

bool Retention::is_near() const {
  const auto oldest = stream_.segments.oldest();
  const auto newest = stream_.segments.newest();
  const auto rules = stream_.keeping.rules();
  if (!rules.max_size || !oldest || !oldest->seal || stream_.hold.first() <= oldest->last) return false;
  const auto early = stream_.options.segment_bytes / 8;  // so that there is time to rename it
  const auto full = stream_.segments.figures().bytes - newest->data_end + stream_.options.segment_bytes;
  return full - early > *rules.max_size;
}

/// Those that may be without a record when the segment is gone.
std::vector<std::uint32_t> Retention::topics_of(const HeldSegment& segment) const {
  std::vector<std::uint32_t> topics;
  const auto file = stream_.files.files().open(stream_.files.segment(segment.header->number), FileSystem::Open::read);
  if (!file) return topics;
  // They stand first, before the many ids. Damage does no harm: a topic that has records is not forgotten, and one that
  // is not named here is forgotten at the next start.
  for (std::uint64_t size = kFirstTopics;; size *= kMoreTopics) {
    const auto bytes = (*file)->read(segment.seal->footer_offset, std::min(size, segment.seal->footer_size));
    if (!bytes) return topics;
    std::string_view rest = *bytes;
    if (const auto list = TopicList::take(rest)) {
      list->for_each([&](const ListedTopic& topic) { topics.push_back(topic.number); });
      return topics;
    }
    if (size >= segment.seal->footer_size) return topics;
  }
}

IoResult<void> Retention::recycle(const HeldSegment& segment) {
  const auto& files = stream_.files;
  if (const auto renamed = files.files().rename(files.segment(segment.header->number), files.spare()); !renamed) {
    return renamed.error();
  }
  // Before it is written to: else a loss of power could leave the old name with what is written now.
  if (const auto synced = files.sync(); !synced) return synced.error();
  auto file = files.files().open(files.spare(), FileSystem::Open::write);
  if (!file) return file.error();
  if (const auto reserved = (*file)->reserve(stream_.options.segment_bytes); !reserved) return reserved.error();
  stream_.spare.offer(std::move(*file));
  return {};
}

IoResult<bool> Retention::apply(std::int64_t now) {
  bool has_removed = false;
  while (is_due(now)) {
    const auto topics = topics_of(*stream_.segments.oldest());
    auto removed = stream_.segments.remove_oldest();
    if (!removed) break;
    const auto& segment = removed->segment;
    // One after the other, each name synced: after a loss of power no segment is missing between two others.
    if (removed->unused && stream_.spare.is_missing()) {
      const auto recycled = recycle(segment);
      if (!recycled &&
          stream_.files.files().open(stream_.files.segment(segment.header->number), FileSystem::Open::read)) {
        stream_.segments.put_back(segment);
        return recycled.error();
      }
    } else {
      const auto gone = stream_.files.files().remove(stream_.files.segment(segment.header->number));
      if (!gone) {
        stream_.segments.put_back(segment);
        return gone.error();
      }
      if (const auto synced = stream_.files.sync(); !synced) return synced.error();
    }
    has_removed = true;
    stream_.trims.push({.first = stream_.segments.first(), .topics = topics});
  }
  return IoResult<bool>(boost::system::in_place_value, has_removed);
}

}  // namespace fanfare::broker::journal
