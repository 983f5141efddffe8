// What changed a group, on its way to the stream `$groups` and back: one record, or the parts of a snapshot, at a time.

#include <algorithm>
#include <utility>

#include "broker/core/groups/entry.hpp"
#include "broker/core/groups/own_streams.hpp"

namespace fanfare::broker::core::groups {

namespace {

using std::chrono::seconds;

// A disk that is full is asked again after this.
constexpr seconds kAgain{1};
// A floor that moved without anybody waiting for it is stored as often.
constexpr seconds kFloors{1};
// Changes are followed by a snapshot when they are larger than this and than four times the last one.
constexpr std::size_t kMinChanges = 1U << 20U;
constexpr std::size_t kChangesPerSnapshot = 4;
// A group that hardly changes gets a new snapshot when so much was written since its last: it holds what follows.
constexpr std::uint64_t kMostBehind = 64U << 20U;

/// `aside` has nothing but a floor.
void add_changes(GroupChanges& aside, GroupChanges changes) {
  changes.floor = std::max(aside.floor, changes.floor);
  aside = std::move(changes);
}

/// Nothing but how far it looked.
bool is_floor_only(const GroupChanges& changes) {
  return changes.returned.empty() && changes.dropped.empty() && changes.dead.empty() && changes.failures.empty() &&
         changes.finished.empty() && changes.term == 0;
}

}  // namespace

void Groups::store(Entry& entry) {
  if (!failure_.empty()) {
    for (const auto& one : std::exchange(entry.answers, {})) answer(one, ErrorCode::storage_failed);
    return;
  }
  auto& storing = entry.storing;
  if (!storing.payloads.empty()) {
    if (!storing.again_at || now_.steady < *storing.again_at) return;
    storing.again_at.reset();
    return append(entry);
  }
  if (!entry.exists && !entry.needs_snapshot) return;
  add_changes(entry.aside, entry.group.take_changes());
  auto& changes = entry.aside;
  const bool behind = is_behind(entry);
  const auto most = std::max(kMinChanges, kChangesPerSnapshot * entry.snapshot_bytes);
  if (entry.dropping) {
    storing.is_drop = true;
    storing.payloads.push_back(encode_dropped(entry.name));
  } else if (entry.needs_snapshot || (entry.bytes_since > most && !changes.empty()) || behind) {
    storing.is_snapshot = true;
    storing.payloads = encode_snapshot(entry.group.state());
    entry.needs_snapshot = false;
  } else if (changes.empty()) {
    for (const auto& one : std::exchange(entry.answers, {})) answer(one, std::nullopt);  // nothing had to be stored
    return;
  } else {
    const bool waits = entry.answers.empty() && is_floor_only(changes);
    if (waits && now_.steady < entry.floor_stored_at + kFloors) return;
    storing.payloads = encode_changes(entry.name, changes);
  }
  storing.floor = entry.group.state().floor;
  storing.term = entry.group.state().term;
  storing.answers = std::exchange(entry.answers, {});
  entry.floor_stored_at = now_.steady;
  changes = {};
  append(entry);
}

void Groups::append(Entry& entry) {
  auto& storing = entry.storing;
  storing.open = storing.payloads.size();
  storing.full = false;
  storing.first = 0;
  for (const auto& payload : storing.payloads) {
    const auto token = ++last_token_;
    by_token_.emplace(token, entry.id);
    if (!publishing_.append_own(*state_stream_, kStateTopic, {.id = {}, .content = payload}, token, now_)) {
      by_token_.erase(token);
      return fail(state_stream_->failure);
    }
  }
}

void Groups::own_record(std::uint64_t token, Commit::Outcome outcome, std::uint64_t sequence) {
  const auto known = by_token_.extract(token);
  if (!known) return;
  const auto found = by_id_.find(known.mapped());
  if (found == by_id_.end()) return;
  auto& entry = *found->second;
  enqueue(entry);
  if (const auto letter = entry.burying.extract(token)) {
    if (outcome == Commit::Outcome::committed) {
      entry.looked_up.emplace(letter.mapped(), sequence);
      ++counters_.dead_letters;
    } else {  // full: once more, later; failed: until the broker is started again
      entry.bury_again_at = now_.steady + kAgain;
    }
    return;
  }
  auto& storing = entry.storing;
  if (storing.open == 0) return;
  --storing.open;
  if (outcome == Commit::Outcome::full) storing.full = true;
  if (outcome == Commit::Outcome::committed && storing.first == 0) storing.first = sequence;
  if (outcome == Commit::Outcome::failed || outcome == Commit::Outcome::fenced) fail(state_stream_->failure);
}

/// So much was written since its last snapshot that it should have another.
bool Groups::is_behind(const Entry& entry) const { return state_bytes_ - entry.stream_bytes_by > kMostBehind; }

/// What was under way is decided: tells whoever waits.
void Groups::finish_stored(Entry& entry) {
  auto& storing = entry.storing;
  if (storing.payloads.empty() || storing.open > 0 || storing.again_at || !failure_.empty()) return;
  if (storing.full) {
    storing.again_at = now_.steady + kAgain;
    return;
  }
  stored(entry);
}

void Groups::stored(Entry& entry) {
  const auto done = std::exchange(entry.storing, {});
  std::size_t bytes = 0;
  for (const auto& payload : done.payloads) bytes += payload.size();
  state_bytes_ += bytes;
  for (const auto& one : done.answers) answer(one, std::nullopt);
  if (done.is_drop) {
    const auto waiting = std::exchange(entry.waiting, {});
    auto manages = std::exchange(entry.waiting_manages, {});
    remove(entry);
    for (const auto id : waiting) admit(id);
    manage_waiting(std::move(manages));
    return;
  }
  if (done.is_snapshot) {
    hold_snapshot(entry, done.first);
    entry.snapshot_bytes = bytes;
    entry.bytes_since = 0;
    entry.stream_bytes_by = state_bytes_;
  } else {
    entry.bytes_since += bytes;
  }
  if (!sweep_at_) sweep_at_ = now_.steady + kFloors;
  if (entry.stream != nullptr) hold(entry, done.floor);
  auto& earlier = entry.earlier_attempts;
  earlier.erase(earlier.begin(), earlier.upper_bound(done.floor));
  if (!std::exchange(entry.exists, true)) {
    for (const auto id : std::exchange(entry.waiting, {})) admit(id);
    manage_waiting(std::exchange(entry.waiting_manages, {}));
  }
  if (done.term != 0) entry.group.elected(done.term, now_);
}

void Groups::answer(const Answer& answer, std::optional<ErrorCode> error) {
  auto* session = sessions_.by_key(answer.session);
  if (session == nullptr) return;
  if (error) return sessions_.refuse(*session, answer.request, answer.command, *error, failure_);
  sessions_.answer(*session, protocol::Ok{.request = answer.request, .positions = answer.stale});
}

/// The state can't be stored any more: nothing is told that is not, and nothing new begins.
void Groups::fail(std::string_view reason) {
  if (!failure_.empty()) return;
  failure_ = reason.empty() ? std::string("the state of the groups") : std::string(reason);
  effects_.notice("groups have stopped: " + failure_);
  for (const auto& [name, entry] : entries_) {
    for (const auto& one : std::exchange(entry->storing.answers, {})) answer(one, ErrorCode::outcome_unknown);
    for (const auto& one : std::exchange(entry->answers, {})) answer(one, ErrorCode::storage_failed);
    for (const auto id : std::exchange(entry->waiting, {})) refuse_join(id, ErrorCode::storage_failed, failure_);
    for (const auto& one : std::exchange(entry->waiting_manages, {})) {
      answer({.session = one.session,
              .request = one.command.request,
              .command = protocol::CommandType::manage,
              .stale = {}},
             ErrorCode::storage_failed);
    }
    for (const auto& one : std::exchange(entry->retries, {})) answer(one.answer, ErrorCode::storage_failed);
    const auto finishing = entry->finishing;
    for (const auto id : finishing) {  // nothing they say is taken any more
      const auto& member = members_.at(id);
      auto& session = *sessions_.by_key(member.session);
      sessions_.refuse(session, member.leave, protocol::CommandType::leave, ErrorCode::storage_failed, failure_);
      let_go(session, id);
    }
  }
}

// ---- What retention may not remove ----

void Groups::hold(Entry& entry, std::uint64_t floor) {
  auto& floors = floors_[entry.stream->number];
  if (entry.held_floor) floors.erase({*entry.held_floor, entry.id});
  entry.held_floor = floor;
  floors.insert({floor, entry.id});
  tell_hold(entry.stream->number);
}

void Groups::hold_snapshot(Entry& entry, std::uint64_t first) {
  snapshots_.erase({entry.snapshot, entry.id});
  entry.snapshot = first;
  snapshots_.insert({first, entry.id});
  tell_hold(state_stream_->number);
}

void Groups::tell_hold(protocol::StreamNumber stream) {
  if (!loaded_) return;
  auto first = Journal::kHoldsNothing;
  if (stream == state_stream_->number) {
    if (!snapshots_.empty()) first = snapshots_.begin()->first;
  } else if (const auto found = floors_.find(stream); found != floors_.end() && !found->second.empty()) {
    first = found->second.begin()->first + 1;
  }
  const auto told = told_holds_.find(stream);
  if (told != told_holds_.end() && told->second == first) return;
  told_holds_[stream] = first;
  journal_.hold(stream, first);
}

std::optional<Groups::Holder> Groups::holder(protocol::StreamNumber stream) const {
  const auto found = floors_.find(stream);
  if (found == floors_.end() || found->second.empty()) return std::nullopt;
  const auto& entry = *by_id_.at(found->second.begin()->second);
  Holder holder{.group = entry.name};
  const auto& of = *entry.stream;
  const auto floor = found->second.begin()->first;
  if (floor < of.head.sequence && of.first <= of.head.sequence) {
    const auto held = of.head.sequence - std::max(floor, of.first - 1);
    const auto all = of.head.sequence - of.first + 1;
    const auto bytes = static_cast<double>(journal_.figures(stream).bytes);
    holder.bytes = static_cast<std::uint64_t>(bytes * static_cast<double>(held) / static_cast<double>(all));
  }
  return holder;
}

}  // namespace fanfare::broker::core::groups
