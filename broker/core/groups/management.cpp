// MANAGE: what operators do to groups.

#include <algorithm>
#include <utility>

#include "broker/core/groups/entry.hpp"

namespace fanfare::broker::core::groups {

using protocol::CommandType;
using protocol::ManageAction;

namespace {

// Of a group at a time: each may name all of its dead letters.
constexpr std::size_t kMostRetries = 16;

}  // namespace

bool Groups::manage(Session& session, const protocol::Manage& command, Instant now) {
  now_ = now;
  if (command.from == protocol::From::time) return false;
  if (state_stream_ == nullptr) {
    sessions_.refuse(session, command.request, CommandType::manage, ErrorCode::not_supported);
  } else if (loaded_) {
    manage_now(session, command);
  } else if (waiting_manages_.size() >= settings_.open_requests) {
    sessions_.refuse(session, command.request, CommandType::manage, ErrorCode::too_many_requests);
  } else {
    waiting_manages_.push_back({session.key, command, std::string(command.group)});
  }
  return true;
}

/// What could not be done yet.
void Groups::manage_waiting(std::deque<WaitingManage> waiting) {
  for (const auto& one : waiting) {
    auto command = one.command;
    command.group = std::string_view(one.group);
    if (auto* session = sessions_.by_key(one.session)) manage_now(*session, command);
  }
}

void Groups::manage_now(Session& session, const protocol::Manage& command) {
  const auto refuse = [&](ErrorCode code, std::string_view detail) {
    sessions_.refuse(session, command.request, CommandType::manage, code, detail);
  };
  if (!failure_.empty()) return refuse(ErrorCode::storage_failed, failure_);
  auto* entry = by_name(command.group);
  if (entry == nullptr) return refuse(ErrorCode::no_such_group, command.group);
  if (!entry->exists || entry->dropping) {
    if (entry->waiting_manages.size() >= settings_.open_requests) {
      return refuse(ErrorCode::too_many_requests, command.group);
    }
    entry->waiting_manages.push_back({session.key, command, std::string(command.group)});
    return;
  }
  const Answer answer{.session = session.key, .request = command.request, .command = CommandType::manage, .stale = {}};
  enqueue(*entry);
  const auto& open = entry->group.state().dead;
  std::deque<std::uint64_t> dead(command.sequences.begin(), command.sequences.end());
  const bool is_about_dead = command.action == ManageAction::retry_dead || command.action == ManageAction::drop_dead;
  if (is_about_dead && dead.empty()) {
    for (const auto& [first, last] : open.runs()) {
      for (auto one = first; one <= last; ++one) dead.push_back(one);
    }
  }
  switch (command.action) {
    case ManageAction::reset: {
      std::uint64_t floor = 0;
      if (entry->stream != nullptr) {
        const auto first = entry->stream->first - 1;
        const auto head = entry->stream->head.sequence;
        floor = command.from == protocol::From::now ? head : first;
        if (command.from == protocol::From::after) floor = command.position.sequence;
        if (command.from == protocol::From::at) floor = command.position.sequence - 1;
        floor = std::clamp(floor, std::min(first, head), head);
        if (command.from == protocol::From::at && command.position.sequence == 0) floor = std::min(first, head);
      }
      reset(*entry, floor);
      entry->answers.push_back(answer);
      return;
    }
    case ManageAction::drop: {
      entry->dropping = true;
      entry->answers.push_back(answer);
      for (const auto& retry : std::exchange(entry->retries, {})) entry->answers.push_back(retry.answer);
      entry->finishing.clear();
      for (const auto id : std::exchange(entry->members, {})) {
        auto& member = members_.at(id);
        if (member.finishing) {
          entry->answers.push_back(
              {.session = member.session, .request = member.leave, .command = CommandType::leave, .stale = {}});
        }
        member.entry = nullptr;
        entry->group.leave(id, now_);
        refuse_join(id, ErrorCode::no_such_group, "it was dropped");
      }
      return;
    }
    case ManageAction::retry_dead:
      if (entry->retries.size() >= kMostRetries) return refuse(ErrorCode::too_many_requests, command.group);
      entry->retries.push_back({answer, std::move(dead)});
      return;
    case ManageAction::drop_dead:
      for (const auto one : dead) static_cast<void>(entry->group.drop_dead(one));
      entry->answers.push_back(answer);
      return;
  }
}

/// Lets go of everything and begins behind `floor`. Dead letters stay; those that were given back are open again.
void Groups::reset(Entry& entry, std::uint64_t floor) {
  tell(entry);
  for (const auto& revoked : entry.group.out()) {
    auto deliveries = revoked.deliveries;
    for (auto& one : deliveries) {
      one.attempt = entry.told_attempt(one.sequence, one.attempt);
      entry.earlier_attempts[one.sequence] = one.attempt;
    }
    const auto member = members_.find(revoked.member);
    if (member != members_.end()) revoke(member->second, revoked.epoch, deliveries);
  }
  auto state = entry.group.state();
  state.floor = floor;
  state.finished = {};
  state.failures.clear();
  for (const auto& [sequence, dead] : std::exchange(state.returned, {})) state.dead.add(dead);
  if (entry.stream != nullptr) state.epoch = entry.stream->head.epoch;
  entry.group = Group(std::move(state));
  for (const auto id : entry.members) {
    auto& member = members_.at(id);
    member.paused = false;
    entry.group.join(id, member.max_in_flight, now_);
    if (member.finishing) entry.group.finish(id);
  }
  entry.aside = {};
  entry.needs_snapshot = true;
  entry.caught_up = false;
  entry.page_is_new = false;
  for (auto* slot : {&entry.scanning, &entry.again, &entry.letters}) {
    close(*slot);
    slot->page = {};
  }
  entry.condemned.clear();
  entry.burying.clear();
  entry.looking_up.clear();
  entry.looked_up.clear();
  entry.loaded_failures.clear();
  entry.unknown.clear();
}

}  // namespace fanfare::broker::core::groups
