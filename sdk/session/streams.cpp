#include "sdk/session/streams.hpp"

#include <algorithm>

#include "protocol/topic.hpp"

namespace fanfare::session {

void Streams::welcome(const std::vector<protocol::StreamInfo>& list) {
  by_number_.clear();
  for (const auto& info : list) {
    const auto [at, is_new] = by_name_.try_emplace(std::string(info.name));
    auto& stream = at->second;
    if (is_new) stream = {.name = at->first, .acked = info.head};
    stream.number = info.number;
    stream.topics.assign(info.topics.begin(), info.topics.end());
    if (by_number_.size() <= info.number) by_number_.resize(info.number + std::size_t{1});
    by_number_[info.number] = &stream;
  }
}

const Stream* Streams::of_topic(std::string_view topic) const {
  for (const auto* stream : by_number_) {
    if (stream == nullptr) continue;
    if (std::ranges::any_of(stream->topics, [&](const auto& held) { return protocol::matches(held, topic); })) {
      return stream;
    }
  }
  return nullptr;
}

bool Streams::hold(std::string_view pattern) const {
  return std::ranges::any_of(by_number_, [&](const Stream* stream) {
    return stream != nullptr &&
           std::ranges::any_of(stream->topics, [&](const auto& held) { return protocol::covers(held, pattern); });
  });
}

Stream* Streams::find(protocol::StreamNumber number) {
  return number < by_number_.size() ? by_number_[number] : nullptr;
}

}  // namespace fanfare::session
