#include "broker/core/topic_table.hpp"

#include <algorithm>

#include "protocol/limits.hpp"
#include "protocol/topic.hpp"

namespace fanfare::broker::core {

TopicTable::TopicTable(const std::vector<StreamSettings>& streams)
    : streams_(streams), last_number_(streams.size() + 1, 0) {}

protocol::StreamNumber TopicTable::stream_of(std::string_view name) const {
  for (std::size_t i = 0; i < streams_.size(); ++i) {
    const auto matches = [&](const std::string& pattern) { return protocol::matches(pattern, name); };
    if (std::ranges::any_of(streams_[i].topics, matches)) return static_cast<protocol::StreamNumber>(i + 1);
  }
  return protocol::kNoStream;
}

TopicPtr TopicTable::find_or_add(std::string_view name) {
  if (const auto found = topics_.find(name); found != topics_.end()) return found->second;
  auto topic = std::make_shared<Topic>();
  topic->name = name;
  topic->stream = stream_of(name);
  topics_.emplace(topic->name, topic);
  if (topic->stream == protocol::kNoStream) ++idle_;  // until a publisher's number names it
  return topic;
}

std::uint32_t TopicTable::number(Topic& topic) {
  if (topic.number == 0) {
    topic.number = ++last_number_[topic.stream];
    if (topic.stream == protocol::kNoStream) topic.number |= protocol::kEphemeralTopic;
  }
  return topic.number;
}

void TopicTable::claim(Topic& topic) {
  if (topic.publishers++ == 0 && topic.stream == protocol::kNoStream) --idle_;
}

void TopicTable::release(Topic& topic) {
  if (--topic.publishers == 0 && topic.stream == protocol::kNoStream) ++idle_;
}

std::vector<TopicPtr> TopicTable::sweep() {
  std::vector<TopicPtr> forgotten;
  if (idle_ < kIdleBeforeSweep) return forgotten;
  std::erase_if(topics_, [&](const auto& entry) {
    const auto& topic = entry.second;
    if (topic->stream != protocol::kNoStream || topic->publishers != 0) return false;
    forgotten.push_back(topic);
    return true;
  });
  idle_ = 0;
  return forgotten;
}

}  // namespace fanfare::broker::core
