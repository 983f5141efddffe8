#include "broker/journal/footer_format.hpp"

#include "protocol/wire.hpp"

namespace fanfare::broker::journal {
namespace {

constexpr std::size_t kIndexEntrySize = 24;
constexpr std::size_t kIdEntrySize = 28;

/// Cuts a u32 count and that many entries of `size` bytes off `rest`.
std::optional<std::string_view> take_entries(std::string_view& rest, std::size_t size) {
  std::uint32_t count = 0;
  if (rest.size() < sizeof count) return std::nullopt;
  count = protocol::load<std::uint32_t>(rest.data());
  rest.remove_prefix(sizeof count);
  if (rest.size() / size < count) return std::nullopt;
  const auto entries = rest.substr(0, count * size);
  rest.remove_prefix(entries.size());
  return entries;
}

/// The last of `size` entries that `is_before`, which holds for none behind one for which it does not; `size`: none.
std::size_t last_before(std::size_t size, const auto& is_before) {
  std::size_t low = 0;
  std::size_t high = size;
  while (low < high) {
    const auto middle = low + (high - low) / 2;
    (is_before(middle) ? low : high) = is_before(middle) ? middle + 1 : middle;
  }
  return low == 0 ? size : low - 1;
}

}  // namespace

std::string encode_topics(const std::vector<SegmentContents::Topic>& topics) {
  std::string out;
  protocol::Writer{out}(static_cast<std::uint32_t>(topics.size()));
  for (const auto& topic : topics) append_topic(out, {topic.number, topic.head, topic.name});
  return out;
}

std::string encode_footer(const SegmentContents& contents) {
  auto out = encode_topics(contents.topics);
  protocol::Writer writer(out);
  writer(static_cast<std::uint32_t>(contents.index.size()));
  for (const auto& entry : contents.index) writer(entry.first, entry.offset, entry.timestamp);
  out.reserve(out.size() + sizeof(std::uint32_t) + contents.ids.size() * kIdEntrySize);
  writer(static_cast<std::uint32_t>(contents.ids.size()));
  for (const auto& entry : contents.ids) writer(entry.id, entry.sequence, entry.fingerprint);
  return out;
}

std::optional<FooterView> FooterView::open(std::string_view bytes) {
  const auto topics = TopicList::take(bytes);
  if (!topics) return std::nullopt;
  const auto index = take_entries(bytes, kIndexEntrySize);
  if (!index) return std::nullopt;
  const auto ids = take_entries(bytes, kIdEntrySize);
  if (!ids || !bytes.empty()) return std::nullopt;

  FooterView view;
  view.topics_ = *topics;
  view.index_ = *index;
  view.ids_ = *ids;
  for (std::size_t i = 1; i < view.index_size(); ++i) {
    if (view.index(i).first <= view.index(i - 1).first || view.index(i).offset <= view.index(i - 1).offset) {
      return std::nullopt;
    }
  }
  return view;
}

std::size_t FooterView::index_size() const { return index_.size() / kIndexEntrySize; }

IndexEntry FooterView::index(std::size_t at) const {
  IndexEntry entry;
  protocol::Reader reader(index_.substr(at * kIndexEntrySize, kIndexEntrySize));
  reader(entry.first, entry.offset, entry.timestamp);
  return entry;
}

std::string FooterView::without_ids(std::string_view bytes) const {
  std::string out(bytes.substr(0, bytes.size() - ids_.size() - sizeof(std::uint32_t)));
  return out.append(sizeof(std::uint32_t), '\0');
}

std::size_t FooterView::index_before(std::uint64_t sequence) const {
  return last_before(index_size(), [&](std::size_t at) { return index(at).first <= sequence; });
}

std::size_t FooterView::index_earlier(std::int64_t timestamp) const {
  return last_before(index_size(), [&](std::size_t at) { return index(at).timestamp < timestamp; });
}

std::size_t FooterView::id_count() const { return ids_.size() / kIdEntrySize; }

IdEntry FooterView::id(std::size_t at) const {
  IdEntry entry;
  protocol::Reader reader(ids_.substr(at * kIdEntrySize, kIdEntrySize));
  reader(entry.id, entry.sequence, entry.fingerprint);
  return entry;
}

}  // namespace fanfare::broker::journal
