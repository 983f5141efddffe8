#include "sdk/session/streams.hpp"

#include <algorithm>

#include "protocol/topic.hpp"

namespace fanfare::session {

void Streams::welcome(const std::vector<protocol::StreamInfo>& list, std::uint32_t lost) {
  by_number_.clear();
  for (const auto& info : list) {
    const auto [at, is_new] = by_name_.try_emplace(std::string(info.name));
    auto& stream = at->second;
    if (is_new) stream = {.name = at->first, .acked = info.head, .acked_in = {{lost, info.head}}};
    stream.number = info.number;
    stream.topics.assign(info.topics.begin(), info.topics.end());
    if (by_number_.size() <= info.number) by_number_.resize(info.number + std::size_t{1});
    by_number_[info.number] = &stream;
  }
}

void Streams::mark_lost(std::uint32_t session, std::uint32_t first) {
  for (auto& [name, stream] : by_name_) {
    stream.acked_in.erase(stream.acked_in.begin(), stream.acked_in.lower_bound(first));
    stream.acked_in[session] = stream.acked;
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

Stream* Streams::holding(std::string_view pattern) const {
  const auto found = std::ranges::find_if(by_number_, [&](const Stream* stream) {
    return stream != nullptr &&
           std::ranges::any_of(stream->topics, [&](const auto& held) { return protocol::covers(held, pattern); });
  });
  return found == by_number_.end() ? nullptr : *found;
}

Stream* Streams::find(protocol::StreamNumber number) {
  return number < by_number_.size() ? by_number_[number] : nullptr;
}

}  // namespace fanfare::session
