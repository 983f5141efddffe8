#include "broker/core/streams.hpp"

#include <algorithm>
#include <utility>

#include "protocol/topic.hpp"

namespace fanfare::broker::core {
namespace {

/// The same records in as few batches as hold them.
std::vector<Stream::Waiting> pieces_of(Stream::Waiting& large) {
  std::vector<Stream::Waiting> pieces;
  std::string_view rest = *large.records;
  auto id = large.ids->begin();
  std::uint32_t index = 0;
  for (auto& one : large.pending) {
    const auto is_full = [&](const Stream::Waiting& piece) {
      return piece.pending.size() == Batch::kMostRecords || piece.records->size() + one.size > Batch::kMostBytes;
    };
    if (pieces.empty() || is_full(pieces.back())) pieces.emplace_back();
    auto& piece = pieces.back();
    piece.records->append(rest.substr(0, one.size));
    rest.remove_prefix(one.size);
    std::optional<std::uint64_t> fingerprint;
    if (id != large.ids->end() && id->index == index) fingerprint = (id++)->fingerprint;
    piece.add(std::move(one), fingerprint);
    ++index;
  }
  return pieces;
}

}  // namespace

Streams::Streams(const Settings& settings, Journal& journal, TopicTable& topics, Instant now) : journal_(journal) {
  for (const auto& one : settings.streams) {
    auto& stream = streams_.emplace_back();
    stream.number = static_cast<protocol::StreamNumber>(streams_.size());
    stream.name = one.name;
    stream.topics = one.topics;
    const auto kept = journal_.kept(stream.number);
    stream.head = kept.head;
    stream.first = kept.first;
    stream.earlier = kept.ends;
    stream.last_timestamp = kept.last_timestamp;
    stream.recent = RecentRecords(settings.recent, kept.head.sequence);
    topics.restore(stream.number, kept);
    // The window is one of running time: what the broker was away for does not count.
    for (const auto& id : kept.ids) {
      const auto age = std::chrono::microseconds(std::max<std::int64_t>(kept.last_timestamp - id.timestamp, 0));
      stream.ids.restore(id.id, {id.sequence, id.fingerprint}, now.steady - age);
    }
    stream.ids.set_floor(std::max(stream.ids.floor(), kept.ids_from - std::min<std::uint64_t>(kept.ids_from, 1)));
  }
}

std::uint64_t Stream::known_since(const Uuid& epoch) const {
  auto known = first - 1;
  for (const auto& end : earlier) {
    if (end.epoch <= epoch) known = end.sequence;
  }
  return known;
}

std::uint64_t Streams::head(protocol::StreamNumber number) const {
  return number == protocol::kNoStream ? 0 : streams_.at(number - std::size_t{1}).head.sequence;
}

bool Streams::idle() const {
  return std::ranges::all_of(streams_,
                             [](const Stream& one) { return one.open.pending.empty() && one.submitted.empty(); });
}

std::size_t Streams::uncommitted() const {
  std::size_t bytes = 0;
  for (const auto& one : streams_) bytes += one.uncommitted;
  return bytes;
}

Stream* Streams::covering(std::string_view pattern) {
  for (auto& stream : streams_) {
    const auto covers = [&](const std::string& topics) { return protocol::covers(topics, pattern); };
    if (std::ranges::any_of(stream.topics, covers)) return &stream;
  }
  return nullptr;
}

Stream* Streams::by_name(std::string_view name) {
  const auto found = std::ranges::find(streams_, name, &Stream::name);
  return found == streams_.end() ? nullptr : &*found;
}

void Streams::submit() {
  for (auto& stream : streams_) {
    if (stream.open.pending.empty()) continue;
    auto open = std::exchange(stream.open, {});
    stream.open.make_room_like(open);
    if (open.fits_into_a_batch()) {
      append(stream, std::move(open));
    } else {
      for (auto& piece : pieces_of(open)) append(stream, std::move(piece));
    }
  }
}

void Streams::append(Stream& stream, Stream::Waiting batch) {
  journal_.append({.stream = stream.number,
                   .records = batch.records,
                   .count = static_cast<std::uint32_t>(batch.pending.size()),
                   .ids = batch.ids});
  stream.submitted.push_back(std::move(batch));
}

}  // namespace fanfare::broker::core
