#include "broker/journal/topic_list.hpp"

#include "protocol/wire.hpp"

namespace fanfare::broker::journal {

std::optional<ListedTopic> TopicList::next(std::string_view& entries) {
  constexpr std::size_t kBefore = 13;  // number, head and size
  if (entries.size() < kBefore) return std::nullopt;
  const auto size = static_cast<std::uint8_t>(entries[kBefore - 1]);
  if (entries.size() < kBefore + size) return std::nullopt;
  const ListedTopic topic{.number = protocol::load<std::uint32_t>(entries.data()),
                          .head = protocol::load<std::uint64_t>(entries.data() + 4),
                          .name = entries.substr(kBefore, size)};
  entries.remove_prefix(kBefore + size);
  return topic;
}

std::optional<TopicList> TopicList::take(std::string_view& rest) {
  TopicList list;
  if (rest.size() < sizeof list.count_) return std::nullopt;
  list.count_ = protocol::load<std::uint32_t>(rest.data());
  rest.remove_prefix(sizeof list.count_);
  const auto* const begin = rest.data();
  std::uint32_t last = 0;
  for (std::uint32_t i = 0; i < list.count_; ++i) {
    const auto topic = next(rest);
    if (!topic || topic->number <= last) return std::nullopt;
    last = topic->number;
  }
  list.entries_ = std::string_view(begin, static_cast<std::size_t>(rest.data() - begin));
  return list;
}

void append_topic(std::string& out, const ListedTopic& topic) {
  protocol::Writer{out}(topic.number, topic.head, protocol::ShortText(topic.name));
}

}  // namespace fanfare::broker::journal
