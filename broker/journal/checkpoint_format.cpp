#include "broker/journal/checkpoint_format.hpp"

#include "protocol/crc32c.hpp"
#include "protocol/wire.hpp"

namespace fanfare::broker::journal {
namespace {

constexpr std::string_view kMagic{"FfCheck\x01", 8};
constexpr std::size_t kCheckedAt = 12;  // behind magic and CRC

/// Both lists as one, by rising number; what both have is as the later one says.
void merge(const TopicList& earlier, const TopicList& later, const auto& visit) {
  auto rest = earlier.entries();
  auto later_rest = later.entries();
  auto old = TopicList::next(rest);
  auto fresh = TopicList::next(later_rest);
  while (old || fresh) {
    if (fresh && (!old || fresh->number <= old->number)) {
      if (old && old->number == fresh->number) old = TopicList::next(rest);
      visit(*fresh);
      fresh = TopicList::next(later_rest);
    } else {
      visit(*old);
      old = TopicList::next(rest);
    }
  }
}

}  // namespace

std::optional<CheckpointView> CheckpointView::open(std::string_view bytes) {
  if (bytes.size() < kCheckedAt || !bytes.starts_with(kMagic)) return std::nullopt;
  auto rest = bytes.substr(kCheckedAt);
  if (protocol::load<std::uint32_t>(bytes.data() + kMagic.size()) != protocol::crc32c(rest)) return std::nullopt;
  CheckpointView view;
  constexpr auto kFields = sizeof view.last_topic + sizeof view.segment;
  if (rest.size() < kFields) return std::nullopt;
  view.last_topic = protocol::load<std::uint32_t>(rest.data());
  view.segment = protocol::load<std::uint64_t>(rest.data() + sizeof view.last_topic);
  rest.remove_prefix(kFields);
  const auto topics = TopicList::take(rest);
  if (!topics || !rest.empty()) return std::nullopt;
  view.topics = *topics;
  return view;
}

std::string encode_checkpoint(const TopicList& earlier, const TopicList& later, std::uint32_t last_topic,
                              std::uint64_t segment, std::uint64_t first) {
  std::string entries;
  entries.reserve(earlier.entries().size() + later.entries().size());
  std::uint32_t count = 0;
  merge(earlier, later, [&](const ListedTopic& topic) {
    if (topic.head < first) return;
    append_topic(entries, topic);
    ++count;
  });
  std::string rest;
  rest.reserve(entries.size() + 16);
  protocol::Writer{rest}(last_topic, segment, count);
  rest += entries;
  std::string out(kMagic);
  out.reserve(kCheckedAt + rest.size());
  protocol::Writer{out}(protocol::crc32c(rest));
  return out += rest;
}

}  // namespace fanfare::broker::journal
