// JOIN to LEAVE, and what members say in between.

#include <algorithm>
#include <utility>

#include "broker/core/groups/entry.hpp"
#include "broker/core/groups/group_limits.hpp"
#include "broker/core/groups/own_streams.hpp"
#include "protocol/topic.hpp"
#include "protocol/utf8.hpp"

namespace fanfare::broker::core::groups {

using protocol::CommandType;
using std::chrono::milliseconds;

namespace {

milliseconds delay_of(std::uint32_t delay_ms) { return std::min(milliseconds(delay_ms), kMaxDelay); }

}  // namespace

bool Groups::join(Session& session, const protocol::Join& command, Instant now) {
  now_ = now;
  if (command.from != protocol::From::all && command.from != protocol::From::now) return false;
  const auto refuse = [&](ErrorCode code, std::string_view detail) {
    sessions_.refuse(session, command.request, CommandType::join, code, detail);
    return true;
  };
  if (state_stream_ == nullptr) return refuse(ErrorCode::not_supported, "this broker keeps no stream for groups");
  if (!is_group_name(command.group)) return refuse(ErrorCode::bad_name, command.group);
  const bool only_elects = command.pattern.empty() && command.order == protocol::GroupOrder::exclusive;
  if (!only_elects && !protocol::is_pattern(command.pattern, settings_.limits)) {
    return refuse(ErrorCode::bad_pattern, command.pattern);
  }
  if (command.max_in_flight > kMaxInFlight) return refuse(ErrorCode::group_mismatch, "max_in_flight: 1 to 65,536");

  Member member{.session = session.key, .handle = command.handle, .request = command.request, .settings = {}};
  member.group = command.group;
  member.max_in_flight = command.max_in_flight == 0 ? kStandardInFlight : command.max_in_flight;
  member.from_now = command.from == protocol::From::now;
  auto& settings = member.settings;
  settings.order = command.order;
  settings.pattern = command.pattern;
  member.has_ack_wait = command.ack_wait_ms != 0;
  if (member.has_ack_wait) settings.ack_wait = milliseconds(command.ack_wait_ms);
  member.has_max_deliver = command.max_deliver != 0;
  if (member.has_max_deliver) settings.max_deliver = command.max_deliver;
  member.has_max_pending = command.max_pending != 0;
  if (member.has_max_pending) settings.max_pending = command.max_pending;
  member.has_back_off = !command.back_off_ms.empty();
  if (member.has_back_off) settings.back_off.clear();
  for (const auto delay : command.back_off_ms) settings.back_off.emplace_back(delay);
  if (const auto wrong = wrong_limit(settings); !wrong.empty()) return refuse(ErrorCode::group_mismatch, wrong);

  const auto id = ++last_member_;
  session.memberships.emplace(command.handle, id);
  members_.emplace(id, std::move(member));
  if (loaded_) {
    admit(id);
  } else {
    waiting_joins_.push_back(id);  // as many as sessions may have memberships
  }
  return true;
}

GroupState Groups::first_state(std::string_view name, GroupSettings settings, bool from_now) {
  GroupState state;
  state.name = name;
  state.settings = std::move(settings);
  if (state.settings.pattern.empty()) return state;
  const auto& stream = *streams_.covering(state.settings.pattern);
  state.stream = stream.name;
  state.epoch = stream.head.epoch;
  state.floor = from_now ? stream.head.sequence : stream.first - 1;
  return state;
}

/// Its group exists, or is made, or has to be waited for.
void Groups::admit(std::uint64_t id) {
  const auto found = members_.find(id);
  if (found == members_.end()) return;  // it left meanwhile
  auto& member = found->second;
  if (!failure_.empty()) return refuse_join(id, ErrorCode::storage_failed, failure_);
  if (auto* entry = by_name(member.group)) {
    if (entry->exists && !entry->dropping) return enter(*entry, id, member);
    entry->waiting.push_back(id);
    return;
  }
  const auto& pattern = member.settings.pattern;
  if (!pattern.empty()) {
    const auto* stream = streams_.covering(pattern);
    if (stream == nullptr) return refuse_join(id, ErrorCode::ambiguous_stream, pattern);
    if (stream == state_stream_ || stream == dead_stream_) {
      return refuse_join(id, ErrorCode::permission_denied, "no group works on the broker's own streams");
    }
  }
  if (entries_.size() >= settings_.groups) {
    return refuse_join(id, ErrorCode::too_many_subscriptions, std::to_string(settings_.groups) + " groups");
  }
  auto& entry = add(first_state(member.group, member.settings, member.from_now));
  entry.waiting.push_back(id);
  enqueue(entry);
}

void Groups::enter(Entry& entry, std::uint64_t id, Member& member) {
  const auto& has = entry.settings();
  const auto& wants = member.settings;
  const auto mismatch = [&](std::string_view what) { refuse_join(id, ErrorCode::group_mismatch, what); };
  if (wants.order != has.order) return mismatch("order");
  if (wants.pattern != has.pattern) return mismatch("its pattern is " + has.pattern);
  if (member.has_ack_wait && wants.ack_wait != has.ack_wait) return mismatch("ack_wait");
  if (member.has_max_deliver && wants.max_deliver != has.max_deliver) return mismatch("max_deliver");
  if (member.has_max_pending && wants.max_pending != has.max_pending) return mismatch("max_pending");
  if (member.has_back_off && wants.back_off != has.back_off) return mismatch("back_off");
  if (entry.stream == nullptr && !has.pattern.empty()) {
    return refuse_join(id, ErrorCode::ambiguous_stream, "its stream " + entry.group.state().stream + " is no more");
  }
  member.entry = &entry;
  entry.members.push_back(id);
  protocol::Ok ok{.request = member.request};
  if (entry.stream != nullptr) {
    ok.positions.push_back({entry.stream->number, {entry.group.state().epoch, entry.held_floor.value_or(0)}});
  }
  sessions_.answer(*sessions_.by_key(member.session), ok);
  entry.group.join(id, member.max_in_flight, now_);
  enqueue(entry);
}

void Groups::refuse_join(std::uint64_t id, ErrorCode code, std::string_view detail) {
  const auto member = members_.extract(id);
  if (!member) return;
  auto* session = sessions_.by_key(member.mapped().session);
  if (session == nullptr) return;
  session->memberships.erase(member.mapped().handle);
  sessions_.refuse(*session, member.mapped().request, CommandType::join, code, detail);
}

/// Forgets the member; its group was told.
void Groups::release(std::uint64_t id) {
  const auto member = members_.extract(id);
  if (!member || member.mapped().entry == nullptr) return;
  auto& entry = *member.mapped().entry;
  std::erase(entry.members, id);
  std::erase(entry.finishing, id);
  enqueue(entry);
}

void Groups::leave(Session& session, const protocol::Leave& command, Instant now) {
  now_ = now;
  const auto found = session.memberships.find(command.handle);
  if (found == session.memberships.end()) {
    return sessions_.refuse(session, command.request, CommandType::leave, ErrorCode::no_such_handle,
                            std::to_string(command.handle));
  }
  const auto id = found->second;
  auto& member = members_.at(id);
  if (member.finishing) {  // one answer each: the new one takes its place
    sessions_.refuse(session, member.leave, CommandType::leave, ErrorCode::canceled, "another LEAVE came");
  }
  const bool when_done = (command.flags & protocol::Leave::kWhenDone) != 0;
  if (member.entry == nullptr) {
    refuse_join(id, ErrorCode::canceled, "it left");
  } else if (when_done && failure_.empty()) {
    return finish(id, member, command.request);
  } else {
    let_go(session, id);
    // What it has can't be settled any more.
    if (when_done) {
      return sessions_.refuse(session, command.request, CommandType::leave, ErrorCode::storage_failed, failure_);
    }
  }
  sessions_.answer(session, protocol::Ok{.request = command.request});
}

void Groups::finish(std::uint64_t id, Member& member, protocol::RequestNumber request) {
  auto& entry = *member.entry;
  member.leave = request;
  enqueue(entry);
  if (std::exchange(member.finishing, true)) return;
  entry.finishing.push_back(id);
  entry.group.finish(id);
}

/// It is a member of a group; what it has comes back.
void Groups::let_go(Session& session, std::uint64_t id) {
  const auto& member = members_.at(id);
  member.entry->group.leave(id, now_);
  session.memberships.erase(member.handle);
  release(id);
}

/// Members that have settled everything go. They are answered when that is stored, so behind their ACKs.
void Groups::let_go_of_finished(Entry& entry) {
  const auto all = entry.finishing;
  for (const auto id : all) {
    if (entry.group.has_any(id)) continue;
    const auto& member = members_.at(id);
    entry.answers.push_back(
        {.session = member.session, .request = member.leave, .command = CommandType::leave, .stale = {}});
    let_go(*sessions_.by_key(member.session), id);
  }
}

void Groups::ended(Session& session, bool in_order, Instant now) {
  now_ = now;
  for (const auto& [handle, id] : session.memberships) {
    if (auto* entry = members_.at(id).entry) {
      if (in_order || draining_) {
        entry->group.leave(id, now);
      } else {
        entry->group.lost(id, now);
      }
    }
    release(id);
  }
  session.memberships.clear();
}

Groups::Member* Groups::member_of(Session& session, protocol::RequestNumber request, protocol::Handle handle,
                                  CommandType command) {
  const auto found = session.memberships.find(handle);
  auto* member = found == session.memberships.end() ? nullptr : &members_.at(found->second);
  if (member == nullptr || member->entry == nullptr) {
    sessions_.refuse(session, request, command, ErrorCode::no_such_handle, std::to_string(handle));
    return nullptr;
  }
  if (!failure_.empty()) {
    sessions_.refuse(session, request, command, ErrorCode::storage_failed, failure_);
    return nullptr;
  }
  return member;
}

bool Groups::ack(Session& session, const protocol::Ack& command, Instant now) {
  now_ = now;
  const bool cumulative = (command.flags & protocol::Ack::kCumulative) != 0;
  if (cumulative ? command.entries.size() != 1 : command.entries.empty()) return false;
  const auto* member = member_of(session, command.request, command.handle, CommandType::ack);
  if (member == nullptr) return true;
  auto& entry = *member->entry;
  const auto id = session.memberships.at(command.handle);
  const auto number = entry.stream == nullptr ? protocol::kNoStream : entry.stream->number;
  Answer answer{.session = session.key, .request = command.request, .command = CommandType::ack, .stale = {}};
  for (const auto& [sequence, attempt] : command.entries) {
    const auto delivery = entry.delivered(sequence, attempt);
    const bool fresh = delivery && (cumulative ? entry.group.ack_through(id, command.epoch, *delivery, now)
                                               : entry.group.ack(id, command.epoch, *delivery, now));
    if (!fresh) answer.stale.push_back({number, {command.epoch, sequence}});
  }
  if (answer.stale.size() == command.entries.size()) {
    sessions_.refuse(session, command.request, CommandType::ack, ErrorCode::stale);
  } else {
    entry.answers.push_back(std::move(answer));
  }
  enqueue(entry);
  return true;
}

bool Groups::nack(Session& session, const protocol::Nack& command, Instant now) {
  now_ = now;
  if (!protocol::is_utf8(command.reason)) return false;
  const auto* member = member_of(session, command.request, command.handle, CommandType::nack);
  if (member == nullptr) return true;
  auto& entry = *member->entry;
  const auto id = session.memberships.at(command.handle);
  const auto delivery = entry.delivered(command.entry.sequence, command.entry.attempt);
  bool fresh = delivery.has_value();
  if (fresh && command.kind == protocol::NackKind::defer) {
    fresh = entry.group.defer(id, command.epoch, *delivery, delay_of(command.delay_ms), now);
  } else if (fresh) {
    std::optional<milliseconds> delay;
    if (command.delay_ms != 0) delay.emplace(delay_of(command.delay_ms));
    fresh = entry.group.fail(id, command.epoch, *delivery, delay, command.reason, now);
  }
  if (fresh) {
    entry.answers.push_back(
        {.session = session.key, .request = command.request, .command = CommandType::nack, .stale = {}});
  } else {
    sessions_.refuse(session, command.request, CommandType::nack, ErrorCode::stale);
  }
  enqueue(entry);
  return true;
}

void Groups::progress(Session& session, const protocol::Progress& command, Instant now) {
  now_ = now;
  const auto found = session.memberships.find(command.handle);
  if (found == session.memberships.end()) return;
  auto* entry = members_.at(found->second).entry;
  if (entry == nullptr) return;
  if (const auto delivery = entry->delivered(command.entry.sequence, command.entry.attempt)) {
    entry->group.progress(found->second, command.epoch, *delivery, now);
    enqueue(*entry);
  }
}

}  // namespace fanfare::broker::core::groups
