#include "broker/core/streams.hpp"

#include <algorithm>
#include <utility>

namespace fanfare::broker::core {

Streams::Streams(const Settings& settings, Journal& journal) : journal_(journal) {
  streams_.reserve(settings.streams.size());
  for (const auto& one : settings.streams) {
    auto& stream = streams_.emplace_back();
    stream.number = static_cast<protocol::StreamNumber>(streams_.size());
    stream.name = one.name;
    stream.topics = one.topics;
    stream.head = journal_.kept(stream.number).head;
  }
}

std::uint64_t Streams::head(protocol::StreamNumber number) const {
  return number == protocol::kNoStream ? 0 : streams_.at(number - std::size_t{1}).head.sequence;
}

bool Streams::idle() const {
  return std::ranges::all_of(streams_,
                             [](const Stream& one) { return one.open.pending.empty() && one.submitted.empty(); });
}

void Streams::submit() {
  for (auto& stream : streams_) {
    if (stream.open.pending.empty()) continue;
    journal_.append({.stream = stream.number,
                     .records = stream.open.records,
                     .count = static_cast<std::uint32_t>(stream.open.pending.size())});
    stream.submitted.push_back(std::exchange(stream.open, {}));
  }
}

}  // namespace fanfare::broker::core
