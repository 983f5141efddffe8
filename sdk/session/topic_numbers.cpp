#include "sdk/session/topic_numbers.hpp"

namespace fanfare::session {

TopicNumbers::Use TopicNumbers::use(std::string_view topic) {
  if (topic != last_topic_) {
    const auto found = numbers_.find(topic);
    if (found != numbers_.end()) {
      last_number_ = found->second;
    } else if (slots_.size() < protocol::kMaxTopicNumbers) {
      last_number_ = static_cast<std::uint32_t>(slots_.size());
      slots_.push_back({std::string(topic)});
      numbers_.emplace(topic, last_number_);
    } else {
      last_number_ = oldest_;
      oldest_ = (oldest_ + 1) % protocol::kMaxTopicNumbers;
      numbers_.erase(slots_[last_number_].topic);
      slots_[last_number_] = {std::string(topic)};
      numbers_.emplace(topic, last_number_);
    }
    last_topic_ = topic;
  }
  auto& slot = slots_[last_number_];
  const bool announce = slot.announced_on != connection_;
  slot.announced_on = connection_;
  return {last_number_, announce};
}

}  // namespace fanfare::session
