// Which groups there are and whose turn it is. What a group does in its turn is in the sources beside this one:
// loading, memberships, storing, reading, delivering, dead_letters, management, listing.

#include "broker/core/groups/groups.hpp"

#include <algorithm>
#include <utility>

#include "broker/core/groups/entry.hpp"
#include "broker/core/groups/own_streams.hpp"

namespace fanfare::broker::core::groups {

namespace {

// What a turn looks through in memory, so that it never holds up live traffic for longer than some milliseconds.
constexpr std::size_t kTurn = 4U << 20U;

// How often the floor of a group that nothing comes for is moved.
constexpr std::chrono::seconds kSweep{1};

}  // namespace

Groups::Groups(const Settings& settings, Sessions& sessions, TopicTable& topics, Streams& streams, Readers& readers,
               Publishing& publishing, Journal& journal, Effects& effects, Counters& counters)
    : settings_(settings),
      sessions_(sessions),
      topics_(topics),
      streams_(streams),
      readers_(readers),
      publishing_(publishing),
      journal_(journal),
      effects_(effects),
      counters_(counters),
      state_stream_(streams.by_name(kStateStream)),
      dead_stream_(streams.by_name(kDeadStream)) {
  if (dead_stream_ == nullptr) state_stream_ = nullptr;
}

Groups::~Groups() = default;

Groups::Entry* Groups::by_name(std::string_view name) {
  const auto found = entries_.find(name);
  return found == entries_.end() ? nullptr : found->second.get();
}

Groups::Entry& Groups::add(GroupState state) {
  auto made = std::make_unique<Entry>(std::move(state));
  auto& entry = *made;
  entry.id = ++last_entry_;
  if (!entry.group.state().stream.empty()) entry.stream = streams_.by_name(entry.group.state().stream);
  if (entry.stream != nullptr) {
    index_.add(entry.settings().pattern, entry.id);
    hold(entry, entry.group.state().floor);
  }
  by_id_.emplace(entry.id, &entry);
  entries_.emplace(entry.name, std::move(made));
  return entry;
}

void Groups::remove(Entry& entry) {
  for (auto* slot : {&entry.scanning, &entry.again, &entry.letters}) close(*slot);
  if (entry.stream != nullptr) {
    index_.remove(entry.settings().pattern, entry.id);
    floors_[entry.stream->number].erase({entry.held_floor.value_or(0), entry.id});
    tell_hold(entry.stream->number);
  }
  snapshots_.erase({entry.snapshot, entry.id});
  tell_hold(state_stream_->number);
  if (entry.deadline) deadlines_.erase({*entry.deadline, entry.id});
  by_id_.erase(entry.id);
  entries_.erase(entry.name);
}

void Groups::enqueue(Entry& entry) {
  if (std::exchange(entry.queued, true)) return;
  ready_.push_back(entry.id);
}

bool Groups::run(Instant now) {
  now_ = now;
  budget_ = kTurn;
  const auto turn = std::exchange(ready_, {});
  for (const auto id : turn) {
    const auto found = by_id_.find(id);
    if (found == by_id_.end()) continue;
    found->second->queued = false;
    step(*found->second);
  }
  return !turn.empty();
}

void Groups::step(Entry& entry) {
  const auto id = entry.id;
  finish_stored(entry);
  if (!by_id_.contains(id)) return;  // it was dropped
  if (!failure_.empty() || !entry.exists || entry.dropping) {
    store(entry);
    return schedule(entry);
  }
  const bool more = scan(entry);
  const bool gives_back = give_back(entry);
  tell(entry);
  hand_out(entry);
  tell(entry);
  let_go_of_finished(entry);
  bury(entry);
  store(entry);
  schedule(entry);
  if (more || gives_back) enqueue(entry);
}

/// When it has to be looked at again though nothing comes.
void Groups::schedule(Entry& entry) {
  if (!entry.page_is_new && entry.group.pending() == 0) {  // pages of thousands of idle groups would be too much
    for (auto* slot : {&entry.scanning, &entry.again, &entry.letters}) slot->page = {};
  }
  auto next = entry.group.next_deadline();
  const auto also = [&](const std::optional<std::chrono::microseconds>& at) {
    if (at) next = std::min(next.value_or(*at), *at);
  };
  also(entry.storing.again_at);
  also(entry.bury_again_at);
  if (entry.aside.floor != 0) also(entry.floor_stored_at + kSweep);
  if (next == entry.deadline) return;
  if (entry.deadline) deadlines_.erase({*entry.deadline, entry.id});
  entry.deadline = next;
  if (next) deadlines_.insert({*next, entry.id});
}

void Groups::tick(Instant now) {
  now_ = now;
  if (sweep_at_ && now.steady >= *sweep_at_) sweep();
  while (!deadlines_.empty() && deadlines_.begin()->first <= now.steady) {
    auto& entry = *by_id_.at(deadlines_.begin()->second);
    deadlines_.erase(deadlines_.begin());
    entry.deadline.reset();
    entry.group.tick(now);
    enqueue(entry);
  }
}

/// Moves the floors of groups that nothing came for, so that they don't hold what is none of theirs.
void Groups::sweep() {
  sweep_at_.reset();
  for (const auto& [name, entry] : entries_) {
    if (is_behind(*entry)) enqueue(*entry);
    if (!entry->caught_up || entry->stream == nullptr) continue;
    if (entry->group.scanned() >= entry->stream->head.sequence) continue;
    entry->group.scanned_to(entry->stream->head.sequence);
    enqueue(*entry);
  }
}

std::optional<std::chrono::microseconds> Groups::next_deadline() const {
  auto next = sweep_at_;
  if (!deadlines_.empty()) next = std::min(next.value_or(deadlines_.begin()->first), deadlines_.begin()->first);
  return next;
}

bool Groups::drained() const {
  if (!failure_.empty()) return true;
  return std::ranges::all_of(entries_, [](const auto& one) {
    const auto& entry = *one.second;
    return entry.answers.empty() && entry.storing.payloads.empty();
  });
}

void Groups::committed(Stream& stream, const std::vector<Pending>& records, std::uint64_t first) {
  const auto floors = floors_.find(stream.number);
  if (floors == floors_.end() || floors->second.empty()) return;
  auto sequence = first;
  for (const auto& one : records) {
    auto& topic = *one.topic;
    if (topic.groups_generation != index_.generation()) {
      topic.groups = index_.match(topic.name);
      topic.groups_generation = index_.generation();
    }
    for (const auto id : topic.groups) {
      auto& entry = *by_id_.at(id);
      if (!entry.caught_up) continue;
      entry.caught_up = false;
      entry.group.scanned_to(sequence - 1);
      enqueue(entry);
    }
    ++sequence;
  }
  if (!sweep_at_) sweep_at_ = now_.steady + kSweep;
}

void Groups::trimmed(const Trimmed& trimmed) {
  if (dead_stream_ == nullptr || trimmed.stream != dead_stream_->number) return;
  for (const auto& [name, entry] : entries_) {
    entry->group.dead_trimmed(trimmed.first);
    enqueue(*entry);
  }
}

}  // namespace fanfare::broker::core::groups
