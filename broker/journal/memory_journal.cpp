#include "broker/journal/memory_journal.hpp"

#include <algorithm>
#include <set>
#include <utility>

#include "protocol/record.hpp"
#include "protocol/topic.hpp"

namespace fanfare::broker::journal {
namespace {

/// A record of this journal's own.
protocol::Record parsed(std::string_view bytes) { return *protocol::next_record(bytes); }

}  // namespace

MemoryJournal::Stream& MemoryJournal::open(protocol::StreamNumber number) {
  const auto [at, is_new] = streams_.try_emplace(number);
  if (is_new) at->second.epoch = Uuid::version7(static_cast<std::uint64_t>(clock_ / 1000), random_().bytes);
  return at->second;
}

core::Kept MemoryJournal::kept(protocol::StreamNumber number) {
  const auto& stream = open(number);
  core::Kept kept{.head = {stream.epoch, stream.head()},
                  .first = stream.first,
                  .last_topic = stream.last_topic,
                  .ids_from = stream.first};
  std::map<std::uint32_t, std::uint64_t> heads;
  auto sequence = stream.first;
  for (const auto& one : stream.records) {
    const auto record = parsed(one.record);
    kept.last_timestamp = record.timestamp;
    heads[one.topic] = sequence;
    if (kept.ends.empty() || kept.ends.back().epoch != one.epoch) kept.ends.emplace_back();
    kept.ends.back() = {one.epoch, sequence};
    if (record.content.id) {
      kept.ids.push_back({.id = *record.content.id,
                          .sequence = sequence,
                          .fingerprint = protocol::fingerprint_of(stream.names.at(one.topic), record.content.payload),
                          .timestamp = record.timestamp});
    }
    ++sequence;
  }
  for (const auto& [topic, head] : heads) kept.topics.push_back({topic, stream.names.at(topic), head});
  return kept;
}

void MemoryJournal::define(protocol::StreamNumber number, std::uint32_t topic, std::string_view name) {
  auto& stream = open(number);
  stream.names[topic] = name;
  stream.last_topic = std::max(stream.last_topic, topic);
}

void MemoryJournal::append(core::Batch batch) {
  auto& stream = open(batch.stream);
  events_.emplace_back(core::Commit{.stream = batch.stream, .first = stream.head() + 1, .count = batch.count});
  std::uint32_t size = 0;
  for (auto* at = batch.records->data(); at != batch.records->data() + batch.records->size(); at += size) {
    size = protocol::load<std::uint32_t>(at);  // the record's size is its first field, the topic its second
    protocol::set_sequence(at, stream.head() + 1);
    stream.records.push_back({stream.epoch, protocol::load<std::uint32_t>(at + sizeof size), std::string(at, size)});
  }
}

void MemoryJournal::trim(protocol::StreamNumber number, std::uint64_t first) {
  auto& stream = open(number);
  std::set<std::uint32_t> gone;
  for (; stream.first < first && !stream.records.empty(); ++stream.first) {
    gone.insert(stream.records.front().topic);
    stream.records.pop_front();
  }
  for (const auto& one : stream.records) gone.erase(one.topic);
  events_.emplace_back(core::Trimmed{.stream = number, .first = stream.first, .forgotten = {gone.begin(), gone.end()}});
}

void MemoryJournal::lose_beyond(protocol::StreamNumber number, std::uint64_t last) {
  auto& stream = open(number);
  while (!stream.records.empty() && stream.head() > last) stream.records.pop_back();
}

void MemoryJournal::begin_epoch(protocol::StreamNumber number) {
  auto& stream = open(number);
  stream.epoch.bytes.back() = static_cast<std::uint8_t>(stream.epoch.bytes.back() + 1);
}

void MemoryJournal::open_reader(core::ReaderId id, core::ReaderSpec spec) {
  readers_.insert_or_assign(id, Reader{.spec = std::move(spec)});
}

/// The sequence that the reader begins after.
std::uint64_t MemoryJournal::begin(const Stream& stream, const core::ReaderSpec& spec) {
  auto sequence = stream.first;
  const auto earlier = [&](const Stored& one) {
    const Position position{one.epoch, sequence++};
    if (!spec.time && spec.after.epoch == stream.epoch) return position.sequence <= spec.after.sequence;
    return spec.time ? parsed(one.record).timestamp < *spec.time : position <= spec.after;
  };
  const auto count = std::ranges::find_if_not(stream.records, earlier) - stream.records.begin();
  return stream.first - 1 + static_cast<std::uint64_t>(count);
}

void MemoryJournal::read(const core::ReadRequest& request) {
  const auto found = readers_.find(request.reader);
  if (found == readers_.end()) return;
  auto& reader = found->second;
  const auto& stream = open(reader.spec.stream);
  core::ReadDone done{.reader = request.reader, .epoch = stream.epoch};
  if (!std::exchange(reader.begun, true)) {
    reader.through = begin(stream, reader.spec);
    const auto& after = reader.spec.after;
    if (!after.epoch.is_nil() && after.sequence + 1 < stream.first) {
      done.missing = {.from = after.sequence + 1, .to = stream.first - 1};
    }
  } else if (reader.through + 1 < stream.first) {
    done.missing = {.from = reader.through + 1, .to = stream.first - 1};
    reader.through = stream.first - 1;
  }
  auto records = std::make_shared<std::string>();
  auto through = stream.epoch;
  while (reader.through < std::min(request.until, stream.head())) {
    const auto& one = stream.records[reader.through + 1 - stream.first];
    if (done.count > 0 && one.epoch != done.epoch) break;
    through = one.epoch;
    const auto matches = [&](const auto& pattern) { return protocol::matches(pattern, stream.names.at(one.topic)); };
    if (std::ranges::any_of(reader.spec.patterns, matches)) {
      if (request.max_count > 0 && done.count == request.max_count) break;
      if (done.count > 0 && records->size() + one.record.size() > request.max_bytes) break;
      done.epoch = one.epoch;
      records->append(one.record);
      ++done.count;
    }
    ++reader.through;
  }
  if (done.count > 0) done.records = std::move(records);
  done.through = {through, reader.through};
  events_.emplace_back(std::move(done));
}

void MemoryJournal::look_up(const core::IdLookup& lookup) {
  const auto& stream = open(lookup.stream);
  core::IdLookedUp answer{.number = lookup.number, .outcome = core::IdLookedUp::Outcome::absent};
  if (lookup.after + 1 < stream.first) answer.outcome = core::IdLookedUp::Outcome::unknown;
  for (const auto& one : stream.records) {
    const auto record = parsed(one.record);
    if (record.sequence <= lookup.after || record.content.id != lookup.id) continue;
    answer.outcome = core::IdLookedUp::Outcome::found;
    answer.sequence = record.sequence;
    answer.fingerprint = protocol::fingerprint_of(stream.names.at(one.topic), record.content.payload);
    break;
  }
  events_.emplace_back(answer);
}

std::vector<core::JournalEvent> MemoryJournal::take_events() { return std::exchange(events_, {}); }

core::StreamFigures MemoryJournal::figures(protocol::StreamNumber number) const {
  const auto& stream = streams_.at(number);
  core::StreamFigures figures{.segments = 1};
  for (const auto& one : stream.records) figures.bytes += one.record.size();
  if (!stream.records.empty()) figures.oldest = parsed(stream.records.front().record).timestamp;
  return figures;
}

}  // namespace fanfare::broker::journal
