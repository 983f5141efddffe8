#include "sdk/session/broker_topics.hpp"

#include "protocol/limits.hpp"

namespace fanfare::session {
namespace {

std::uint64_t key_of(protocol::StreamNumber stream, std::uint32_t number) {
  return (std::uint64_t{stream} << 32U) | number;
}

}  // namespace

bool BrokerTopics::announce(const protocol::Topic& topic, std::string_view stream_name) {
  const auto key = key_of(topic.stream, topic.number);
  if (topics_.size() >= protocol::kMaxTopicNumbers && !topics_.contains(key)) return false;
  last_ = nullptr;
  topics_[key] = {.name = std::make_shared<const TopicName>(
                      TopicName{.topic = std::string(topic.name), .stream = std::string(stream_name)})};
  return true;
}

void BrokerTopics::forget(const protocol::Forget& forget) {
  if (forget.numbers.empty()) return clear();
  last_ = nullptr;
  for (const auto number : forget.numbers) topics_.erase(key_of(forget.stream, number));
}

void BrokerTopics::clear() {
  last_ = nullptr;
  topics_.clear();
}

BrokerTopic* BrokerTopics::find(protocol::StreamNumber stream, std::uint32_t number,
                                const Registrations& registrations) {
  const auto key = key_of(stream, number);
  if (last_ == nullptr || last_key_ != key) {
    const auto found = topics_.find(key);
    if (found == topics_.end()) return nullptr;
    last_key_ = key;
    last_ = &found->second;
  }
  if (last_->matched_at != registrations.version()) {
    last_->subscribers = registrations.subscribers(last_->name->topic);
    last_->matched_at = registrations.version();
  }
  return last_;
}

}  // namespace fanfare::session
