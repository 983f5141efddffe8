#include "broker/core/topic_table.hpp"

#include <algorithm>
#include <utility>

#include "protocol/limits.hpp"
#include "protocol/topic.hpp"

namespace fanfare::broker::core {

TopicTable::TopicTable(const std::vector<StreamSettings>& streams)
    : streams_(streams),
      by_number_(streams.size() + 1),
      forgotten_(streams.size() + 1),
      last_number_(streams.size() + 1, 0) {}

void TopicTable::restore(protocol::StreamNumber stream, const Kept& kept) {
  last_number_[stream] = kept.last_topic;
  by_number_[stream].reserve(kept.topics.size());
  topics_.reserve(topics_.size() + kept.topics.size());
  for (const auto& one : kept.topics) {
    auto topic = std::make_shared<Topic>();
    topic->name = one.name;
    topic->stream = stream;
    topic->number = one.number;
    topic->head = one.head;
    if (stream_of(topic->name) == stream) {
      if (const auto* earlier = find(one.name)) drop(*earlier);
      topics_.emplace(topic->name, topic);
    }
    by_number_[stream].emplace(one.number, std::move(topic));
  }
}

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

const Topic* TopicTable::find(std::string_view name) const {
  const auto found = topics_.find(name);
  return found == topics_.end() ? nullptr : found->second.get();
}

TopicPtr TopicTable::by_number(protocol::StreamNumber stream, std::uint32_t number) const {
  const auto found = by_number_[stream].find(number);
  return found == by_number_[stream].end() ? nullptr : found->second;
}

std::uint32_t TopicTable::give_number(const TopicPtr& topic) {
  topic->number = ++last_number_[topic->stream];
  if (topic->stream == protocol::kNoStream) {
    topic->number |= protocol::kEphemeralTopic;
  } else {
    by_number_[topic->stream].emplace(topic->number, topic);
  }
  return topic->number;
}

void TopicTable::claim(Topic& topic) {
  if (topic.publishers++ == 0 && topic.stream == protocol::kNoStream) --idle_;
}

void TopicTable::release(Topic& topic) {
  if (--topic.publishers > 0) return;
  if (topic.stream == protocol::kNoStream) {
    ++idle_;
  } else if (topic.number == 0) {
    drop(topic);
  }
}

/// Its name leads to it no more.
void TopicTable::drop(const Topic& topic) {
  const auto found = topics_.find(topic.name);
  if (found != topics_.end() && found->second.get() == &topic) topics_.erase(found);
}

void TopicTable::forget(protocol::StreamNumber stream, const std::vector<std::uint32_t>& numbers) {
  auto& known = by_number_[stream];
  for (const auto number : std::exchange(forgotten_[stream], {})) known.erase(number);
  for (const auto number : numbers) {
    const auto found = known.find(number);
    if (found == known.end() || found->second->uncommitted > 0) continue;
    found->second->forgotten = true;
    drop(*found->second);
    forgotten_[stream].push_back(number);
  }
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
