#include "stream_model.hpp"

#include <algorithm>
#include <set>

#include "protocol/record.hpp"
#include "protocol/topic.hpp"

namespace fanfare::broker::journal {
namespace {

std::string with_sequence(std::string bytes, std::uint64_t sequence) {
  protocol::set_sequence(bytes.data(), sequence);
  return bytes;
}

std::string text(std::uint64_t number) { return std::to_string(number); }

}  // namespace

std::vector<StreamModel::Record> StreamModel::split(std::string_view batch,
                                                    const std::map<std::uint32_t, std::string>& names) {
  std::vector<Record> records;
  while (!batch.empty()) {
    const auto all = batch;
    const auto read = protocol::next_record(batch).value();
    const auto& name = names.at(read.topic);
    records.push_back({.topic = name,
                       .number = read.topic,
                       .timestamp = read.timestamp,
                       .id = read.content.id,
                       .fingerprint = protocol::fingerprint_of(name, read.content.payload),
                       .bytes = std::string(all.substr(0, all.size() - batch.size()))});
  }
  return records;
}

void StreamModel::keep(std::uint64_t sequence, Record record, Differences& differences) {
  record.epoch = epoch;
  record.bytes = with_sequence(std::move(record.bytes), sequence);
  const auto [at, is_new] = given.emplace(Position{epoch, sequence}, record.bytes);
  if (!is_new && at->second != record.bytes) differences.push_back("sequence " + text(sequence) + " was given twice");
  held[sequence] = std::move(record);
}

StreamModel::Differences StreamModel::answer(const core::Commit& commit) {
  using Outcome = core::Commit::Outcome;
  if (waiting.empty()) return {"an answer nobody waits for"};
  auto batch = std::move(waiting.front());
  waiting.pop_front();
  Differences differences;
  if (batch.size() != commit.count) differences.push_back("an answer for " + text(commit.count) + " records");
  if (commit.outcome == Outcome::fenced) differences.push_back("fenced: " + commit.reason);
  if (commit.outcome == Outcome::failed) in_doubt.push_back(std::move(batch));
  if (commit.outcome != Outcome::committed) return differences;
  if (!in_doubt.empty()) differences.push_back("committed after a failure");
  if (commit.first != head + 1) {
    differences.push_back("committed at " + text(commit.first) + " after " + text(head));
    return differences;
  }
  for (auto& record : batch) {
    if (forgotten.contains(record.number)) differences.push_back("committed under a topic that was forgotten");
    keep(++head, std::move(record), differences);
  }
  return differences;
}

StreamModel::Differences StreamModel::trim(const core::Trimmed& trimmed) {
  Differences differences;
  if (trimmed.first < first || trimmed.first > head + 1) differences.push_back("trimmed to " + text(trimmed.first));
  first = trimmed.first;
  std::set<std::uint32_t> gone;
  std::set<std::uint32_t> numbers;
  for (const auto& [sequence, record] : held) {
    if (record.epoch == epoch) (sequence < first ? gone : numbers).insert(record.number);
  }
  for (const auto number : trimmed.forgotten) {
    forgotten.insert(number);  // also in batches that wait; those can only be refused now
    if (numbers.contains(number)) differences.push_back("forgot topic " + text(number) + ", which has records");
  }
  return differences;
}

StreamModel::Differences StreamModel::reopened(const core::Kept& kept,
                                               const std::vector<std::pair<std::uint64_t, std::string>>& found,
                                               std::uint64_t oldest, bool may_lose) {
  Differences differences;
  auto candidates = std::exchange(in_doubt, {});
  candidates.insert(candidates.end(), std::make_move_iterator(waiting.begin()), std::make_move_iterator(waiting.end()));
  waiting.clear();
  const auto last = kept.head.sequence;
  if (kept.head.epoch < epoch) differences.push_back("the epoch went back");
  if (last < head && !may_lose) differences.push_back("lost " + text(last + 1) + " to " + text(head));
  if (last < head && kept.head.epoch == epoch) differences.push_back("lost something and kept the epoch");
  if (kept.first > first && !is_trimmed) {
    differences.push_back("lost the beginning: " + text(kept.first) + " after " + text(first));
  }

  // What was found beyond the head: those that nobody got an answer for, in their order, whole batches. Some of them
  // may have been refused, which nobody was told either.
  const std::map<std::uint64_t, std::string> bytes_of(found.begin(), found.end());
  for (auto& batch : candidates) {
    auto sequence = head;
    const bool is_found = std::ranges::all_of(batch, [&](const Record& record) {
      const auto at = bytes_of.find(++sequence);
      const bool is_removed = is_trimmed && (bytes_of.empty() || sequence < bytes_of.begin()->first);
      if (at == bytes_of.end()) return is_removed && sequence <= last;
      return at->second == with_sequence(record.bytes, sequence);
    });
    if (!is_found) continue;
    for (auto& record : batch) keep(++head, std::move(record), differences);
  }
  if (last > head) differences.push_back("found records up to " + text(last) + ", which nobody appended");
  for (auto at = held.upper_bound(last); at != held.end();) at = held.erase(at);

  auto sequence = kept.first;
  if (!found.empty() && found.front().first > sequence)
    sequence = is_trimmed ? found.front().first : std::min(found.front().first, oldest);
  if (found.empty() && (oldest > last || is_trimmed)) sequence = last + 1;
  for (const auto& [number, bytes] : found) {
    if (number != sequence) differences.push_back("a hole: " + text(number) + " instead of " + text(sequence));
    sequence = number + 1;
    const auto known = held.find(number);
    if (known == held.end()) {
      differences.push_back("record " + text(number) + " is unknown");
    } else if (known->second.bytes != bytes) {
      differences.push_back("record " + text(number) + " has other bytes");
    }
  }
  if (sequence != last + 1) differences.push_back("the records end before " + text(sequence) + ", not " + text(last));
  forgotten.clear();
  head = last;
  first = kept.first;
  epoch = kept.head.epoch;
  return differences;
}

StreamModel::Differences StreamModel::check_lists(const core::Kept& kept, std::int64_t id_window) const {
  Differences differences;
  std::map<std::string, std::pair<std::uint32_t, std::uint64_t>> topics;
  std::uint32_t last_number = 0;
  std::vector<std::pair<std::uint64_t, const Record*>> ids;
  for (auto at = held.lower_bound(kept.first); at != held.end(); ++at) {
    const auto& [sequence, record] = *at;
    topics[record.topic] = {record.number, sequence};
    last_number = std::max(last_number, record.number);
    if (record.id && sequence >= kept.ids_from) ids.emplace_back(sequence, &record);
  }
  if (kept.last_topic < last_number) differences.push_back("last topic " + text(kept.last_topic));
  std::set<std::string> names;
  for (const auto& topic : kept.topics) {
    names.insert(topic.name);
    const auto known = topics.find(topic.name);
    if (known == topics.end()) {
      differences.push_back("topic " + topic.name + " has no record");
    } else if (known->second.second != topic.head) {
      differences.push_back("head of " + topic.name + " is " + text(topic.head) + ", not " +
                            text(known->second.second));
    }
  }
  if (names.size() != kept.topics.size()) differences.push_back("a topic is listed twice");
  for (const auto& [name, topic] : topics) {
    if (!names.contains(name)) differences.push_back("topic " + name + " is missing");
  }

  const auto newest = held.empty() ? 0 : held.rbegin()->second.timestamp;
  if (kept.first <= head && kept.last_timestamp != newest) differences.push_back("another last timestamp");
  for (auto at = held.lower_bound(kept.first); at != held.end() && at->first < kept.ids_from; ++at) {
    if (at->second.timestamp > newest - id_window) differences.push_back("ids begin too late");
  }
  if (ids.size() != kept.ids.size()) differences.push_back("other number of ids: " + text(kept.ids.size()));
  for (std::size_t i = 0; i < std::min(ids.size(), kept.ids.size()); ++i) {
    const auto& [sequence, record] = ids[i];
    const auto& id = kept.ids[i];
    if (id.sequence != sequence || id.id != record->id || id.fingerprint != record->fingerprint ||
        id.timestamp < record->timestamp || id.timestamp > newest) {  // rather too late than too early
      differences.push_back("another id at " + text(sequence));
    }
  }
  return differences;
}

std::uint64_t StreamModel::begin(const core::ReaderSpec& spec) const {
  auto after = first - 1;
  for (auto at = held.lower_bound(first); at != held.end(); ++at) {
    const Position position{at->second.epoch, at->first};
    if (spec.time ? at->second.timestamp >= *spec.time : position > spec.after) return at->first - 1;
    after = at->first;
  }
  return after;
}

std::string StreamModel::expected(const core::ReaderSpec& spec, std::uint64_t after, std::uint64_t until) const {
  std::string bytes;
  for (auto at = held.upper_bound(after); at != held.end() && at->first <= until; ++at) {
    const auto matches = [&](const auto& pattern) { return protocol::matches(pattern, at->second.topic); };
    if (std::ranges::any_of(spec.patterns, matches)) bytes += at->second.bytes;
  }
  return bytes;
}

}  // namespace fanfare::broker::journal
