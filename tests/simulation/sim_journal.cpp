#include "tests/simulation/sim_journal.hpp"

#include <algorithm>
#include <chrono>
#include <set>

#include "protocol/header_map.hpp"
#include "protocol/record.hpp"
#include "protocol/topic.hpp"
#include "tests/simulation/complaint.hpp"

namespace fanfare::simulation {

using broker::core::Batch;
using broker::core::Commit;
using broker::core::IdLookedUp;
using broker::core::ReadDone;
using broker::core::Trimmed;

namespace {

/// How far back the ids go that a broker is given when it starts.
constexpr std::int64_t kIdWindow = std::chrono::microseconds(std::chrono::minutes(2)).count();

}  // namespace

SimJournal::SimJournal(Truth& truth, const MessageBook& book, GroupWatch& watch, const std::chrono::microseconds& time,
                       std::uint32_t scan)
    : truth_(truth), book_(book), watch_(watch), time_(time), scan_(scan) {
  for (std::uint32_t i = 0; i < kJournals; ++i) {
    streams_.at(i).number = static_cast<protocol::StreamNumber>(i + 1);
    begin_epoch(i);
    if (i < kStreams) truth_.log(i).epoch = streams_.at(i).epoch;
  }
}

void SimJournal::begin_epoch(std::uint32_t index) { streams_.at(index).epoch.bytes.front() = ++epochs_; }

broker::core::Kept SimJournal::kept(protocol::StreamNumber number) {
  auto& of = stream(number);
  of.held_from = 0;  // until the new core says what it needs
  broker::core::Kept kept{
      .head = {of.epoch, of.head()}, .first = of.first, .last_topic = of.last_topic, .ids_from = of.head() + 1};
  std::map<std::uint32_t, std::uint64_t> heads;
  if (!of.records.empty()) kept.last_timestamp = of.records.back().timestamp;
  auto sequence = of.first;
  for (const auto& one : of.records) {
    heads[one.topic] = sequence;
    if (kept.ends.empty() || kept.ends.back().epoch != one.epoch) kept.ends.emplace_back();
    kept.ends.back() = {one.epoch, sequence};
    if (one.timestamp + kIdWindow >= kept.last_timestamp && !one.id.is_nil()) {
      kept.ids_from = std::min(kept.ids_from, sequence);
      kept.ids.push_back({one.id, sequence, one.fingerprint, one.timestamp});
    }
    ++sequence;
  }
  for (const auto& [topic, head] : heads) kept.topics.push_back({topic, of.names.at(topic), head});
  return kept;
}

void SimJournal::define(protocol::StreamNumber number, std::uint32_t topic, std::string_view name) {
  auto& of = stream(number);
  of.names[topic] = name;
  of.last_topic = std::max(of.last_topic, topic);
}

void SimJournal::append(Batch batch) {
  auto& of = stream(batch.stream);
  if (of.failed) {
    events_.emplace_back(
        Commit{.stream = batch.stream, .outcome = Commit::Outcome::failed, .count = batch.count, .reason = "the disk"});
  } else {
    of.waiting.push_back(std::move(batch));
  }
}

/// Numbers the batch and keeps it; the checker hears of each record.
void SimJournal::store(Stream& of, const Batch& batch) {
  std::uint32_t size = 0;
  for (auto* at = batch.records->data(); at != batch.records->data() + batch.records->size(); at += size) {
    size = protocol::load<std::uint32_t>(at);
    const auto sequence = of.head() + 1;
    protocol::set_sequence(at, sequence);
    std::string_view rest(at, size);
    const auto record = protocol::next_record(rest);
    const auto name = of.names.find(record ? record->topic : 0);
    if (!record || name == of.names.end()) throw Complaint("journal", "the core appended what is no record");
    const auto& topic = name->second;
    const auto& content = record->content;
    const auto id = content.id.value_or(Uuid());
    of.records.push_back({of.epoch, record->topic, record->timestamp, id,
                          protocol::fingerprint_of(topic, content.payload), std::string(at, size)});
    tell(of, of.records.back());
  }
}

/// The checks hear of what is stored now.
void SimJournal::tell(const Stream& of, const Stored& stored) {
  const auto index = of.number - 1U;
  std::string_view rest = stored.record;
  const auto record = *protocol::next_record(rest);
  const auto& topic = of.names.at(stored.topic);
  if (index == kDead) {
    const auto headers = protocol::decode_headers(record.content.headers);
    const auto epoch = headers ? Uuid::parse(headers->at("$epoch")) : std::nullopt;
    if (!epoch) throw Complaint("dead", "a letter that does not say where it comes from");
    const auto id = Uuid::parse(headers->at("$id"));
    static_cast<void>(book_.recognise(headers->at("$topic"), id.value_or(Uuid()), record.content.payload));
    const auto sequence = std::stoull(headers->at("$sequence"));
    watch_.buried(std::string_view(topic).substr(std::string_view("$dead.").size()), {*epoch, sequence}, time_);
  } else if (index < kStreams) {
    truth_.committed(index, {.position = {stored.epoch, of.head()},
                             .topic = topic_of(topic),
                             .message = book_.recognise(topic, stored.id, record.content.payload),
                             .timestamp = record.timestamp});
  }
}

bool SimJournal::commit(std::uint32_t index, std::uint32_t batches) {
  auto& of = streams_.at(index);
  bool any = false;
  for (; batches > 0 && !of.failed && !of.waiting.empty(); --batches, any = true) {
    const auto batch = std::move(of.waiting.front());
    of.waiting.pop_front();
    const auto first = of.head() + 1;
    store(of, batch);
    events_.emplace_back(Commit{.stream = of.number, .first = first, .count = batch.count});
  }
  return any;
}

bool SimJournal::refuse(std::uint32_t index) {
  auto& of = streams_.at(index);
  if (of.failed || of.waiting.empty()) return false;
  events_.emplace_back(Commit{
      .stream = of.number, .outcome = Commit::Outcome::full, .count = of.waiting.front().count, .reason = "no room"});
  of.waiting.pop_front();
  return true;
}

bool SimJournal::fail(std::uint32_t index) {
  auto& of = streams_.at(index);
  if (of.failed || of.waiting.empty()) return false;
  of.failed = true;  // what waits may be on the disk all the same
  events_.emplace_back(Commit{.stream = of.number,
                              .outcome = Commit::Outcome::failed,
                              .count = of.waiting.front().count,
                              .reason = "the disk"});
  return true;
}

bool SimJournal::has_failed() const { return std::ranges::any_of(streams_, &Stream::failed); }

bool SimJournal::trim(std::uint32_t index, std::uint32_t percent) {
  auto& of = streams_.at(index);
  const auto wanted = of.first + of.records.size() * percent / 100;
  const auto first = std::min(wanted, std::max(of.held_from, of.first));
  if (first <= of.first) return false;
  std::set<std::uint32_t> gone;
  for (; of.first < first; ++of.first) {
    gone.insert(of.records.front().topic);
    of.records.pop_front();
  }
  for (const auto& one : of.records) gone.erase(one.topic);
  if (index < kStreams) {
    truth_.log(index).first = of.first;
    watch_.trimmed(index, of.first);
  }
  events_.emplace_back(Trimmed{.stream = of.number, .first = of.first, .forgotten = {gone.begin(), gone.end()}});
  return true;
}

void SimJournal::hold(protocol::StreamNumber number, std::uint64_t first) { stream(number).held_from = first; }

void SimJournal::forget_core() {
  readers_.clear();
  reads_.clear();
  look_ups_.clear();
  events_.clear();
}

void SimJournal::crash(std::uint32_t kept_batches) {
  for (auto& of : streams_) {
    for (std::uint32_t i = 0; i < kept_batches && i < of.waiting.size(); ++i) store(of, of.waiting[i]);
    of.waiting.clear();
    of.failed = false;
  }
  forget_core();
}

void SimJournal::lose_power(std::uint32_t kept_batches, std::uint32_t lost) {
  crash(kept_batches);
  auto& of = streams_[kFeed];
  const auto count = std::min<std::size_t>(lost, of.records.size());
  of.records.resize(of.records.size() - count);
  begin_epoch(kFeed);
  truth_.lost(kFeed, count, of.epoch);
}

broker::core::StreamFigures SimJournal::figures(protocol::StreamNumber number) const {
  const auto& of = streams_.at(number - std::size_t{1});
  broker::core::StreamFigures figures{.segments = 1};
  if (!of.records.empty()) figures.oldest = of.records.front().timestamp;
  return figures;
}

}  // namespace fanfare::simulation
