#include "sdk/session/registrations.hpp"

#include <algorithm>
#include <utility>

#include "protocol/topic.hpp"

namespace fanfare::session {

void Registration::suspend() {
  if (status == Status::ready) {
    left_at = std::move(places);
    places.clear();
    for (auto& [in, position] : left_at) {
      // A replay goes on from the last record it gave; live delivery may have been further for others.
      const auto& reached = !catching_up ? in->live : shared ? in->shared : position;
      position = std::max(position, reached);
    }
  }
  status = Status::waiting;
  catching_up = false;
  shared = false;
  stream = nullptr;
}

void Registration::pass_gap(const Position& first, const Position& last) {
  if (!catching_up) return;
  const auto reached = caught_up_to();
  const bool next = first.epoch == reached.epoch && first.sequence > 0 && first.sequence <= reached.sequence + 1;
  if (next && last > reached) places.front().position = last;
}

void Registration::join_live(const Position& position) {
  auto& place = places.front();
  place.position = std::max(caught_up_to(), position);
  leave_shared();
  catching_up = false;
}

void Registration::leave_shared() {
  if (!std::exchange(shared, false)) return;
  auto& run = *places.front().stream;
  // The next run begins where those who share that one do.
  if (--run.sharing == 0) run.shared = {};
}

Registration& Registrations::add(protocol::Handle handle, Registration registration) {
  auto& added = by_handle_.insert_or_assign(handle, std::move(registration)).first->second;
  added.handle = handle;
  if (added.kind == Registration::Kind::subscription) {
    ++version_;
    if (protocol::has_wildcard(added.pattern)) {
      wild_.push_back(&added);
    } else {
      exact_.emplace(added.pattern, &added);
    }
  }
  return added;
}

Registration* Registrations::find(protocol::Handle handle) {
  const auto found = by_handle_.find(handle);
  return found == by_handle_.end() ? nullptr : &found->second;
}

void Registrations::remove(protocol::Handle handle) {
  const auto found = by_handle_.find(handle);
  if (found == by_handle_.end()) return;
  auto* gone = &found->second;
  gone->leave_shared();
  std::erase(wild_, gone);
  const auto [begin, end] = exact_.equal_range(gone->pattern);
  const auto at = std::find_if(begin, end, [gone](const auto& entry) { return entry.second == gone; });
  if (at != end) exact_.erase(at);
  by_handle_.erase(found);
  ++version_;
}

std::vector<Registration*> Registrations::subscribers(std::string_view topic) const {
  std::vector<Registration*> found;
  const auto [begin, end] = exact_.equal_range(topic);
  for (auto at = begin; at != end; ++at) found.push_back(at->second);
  std::ranges::copy_if(wild_, std::back_inserter(found),
                       [topic](const Registration* wild) { return protocol::matches(wild->pattern, topic); });
  std::ranges::sort(found, {}, &Registration::handle);
  return found;
}

}  // namespace fanfare::session
