// What the broker answers: acknowledgements and errors.
#include <algorithm>

#include "sdk/session/session.hpp"

namespace fanfare::session {
namespace {

/// The broker closes: whether another connection would end the same way.
bool is_final(ErrorCode code) { return describe(code).retry == Retry::never; }

bool waits_for_session(const Error& error) { return describe(error.code()).retry == Retry::after_reconnect; }

}  // namespace

const Session::Pending* Session::find_pending(protocol::RequestNumber number) const {
  const auto found = pending_.find(number);
  return found == pending_.end() ? nullptr : &found->second;
}

bool Session::on(const protocol::Ok& ok, Incoming&) {
  const auto* found = find_pending(ok.request);
  if (found == nullptr) return true;
  const auto pending = *found;
  auto* registration =
      pending.kind == Pending::Kind::registration ? registrations_.find(static_cast<Handle>(pending.id)) : nullptr;
  if (registration != nullptr && registration->kind == Registration::Kind::membership) {
    // Its number stays taken: an ERROR for it may end the membership later.
    registration->status = Registration::Status::ready;
    registration->was_ready = true;
    listener_.on_event(Registered{registration->handle});
    return true;
  }
  pending_.erase(ok.request);
  if (pending.kind == Pending::Kind::settlement) settled(ok.request, ok);
  if (pending.kind == Pending::Kind::action) managed(pending.id, {});
  if (pending.kind == Pending::Kind::leave) membership_finished(static_cast<Handle>(pending.id));
  if (pending.kind == Pending::Kind::hold || pending.kind == Pending::Kind::watch) presence_answered(pending);
  return registration == nullptr || registered(*registration, ok);
}

bool Session::on(const protocol::Error& error, Incoming& incoming) {
  const Error what(error.code, error.text);
  if ((error.flags & protocol::Error::kCloses) != 0) {
    if (is_final(error.code)) {
      refuse(what);
    } else {
      disconnect(incoming.now, what, std::chrono::milliseconds(error.retry_after_ms));
    }
    return true;
  }
  if (error.command == protocol::CommandType::reply) {
    // Its number is the broker's, of an exchange: it may be one of this client's as well. Of an answer in parts the
    // rest is not wanted.
    if (const auto exchange = exchanges_.id_of(error.request)) {
      exchanges_.remove(*exchange);
      listener_.on_event(ExchangeEnded{*exchange});
    }
    return true;
  }
  if (const auto open = publishes_.find(error.request)) {
    listener_.on_event(PublishFailed{open.ticket(), what});
    publishes_.finish(open);
    publishes_.trim();
  } else if (const auto* found = find_pending(error.request)) {
    const auto pending = *found;
    pending_.erase(error.request);
    fail(pending, what);
  }
  return true;
}

void Session::fail(const Pending& pending, const Error& error) {
  switch (pending.kind) {
    case Pending::Kind::registration: {
      const auto handle = static_cast<Handle>(pending.id);
      auto* registration = registrations_.find(handle);
      if (registration == nullptr) break;
      if (registration->joined.finishing && (error.code() == ErrorCode::canceled || waits_for_session(error))) {
        membership_finished(handle);
        break;
      }
      if (waits_for_session(error)) {
        registration->status = Registration::Status::waiting;  // the next session gets it
        break;
      }
      if (registration->kind == Registration::Kind::membership) {
        if (registration->joined.role.active) set_role(*registration, {});
        end_membership(handle);
      }
      registrations_.remove(handle);
      listener_.on_event(RegistrationFailed{handle, error});
      break;
    }
    case Pending::Kind::request:
      requests_.remove(pending.id);
      listener_.on_event(RequestFailed{pending.id, error});
      break;
    case Pending::Kind::query:
      if (waits_for_session(error)) {
        if (auto* query = queries_.find(pending.id)) query->asked = false;
        break;
      }
      queries_.remove(pending.id);
      listener_.on_event(QueryFailed{pending.id, error});
      break;
    case Pending::Kind::fetch:
      fail_fetch(pending.id, error);
      break;
    case Pending::Kind::settlement:
      settled(pending.id, error);
      break;
    case Pending::Kind::action:
      managed(pending.id, error);
      break;
    case Pending::Kind::leave:
      membership_finished(static_cast<Handle>(pending.id));  // whatever the reason: it is no member
      break;
    case Pending::Kind::hold:
    case Pending::Kind::watch:
      presence_refused(pending, error);
      break;
  }
}

bool Session::on(const protocol::Puback& puback, Incoming&) {
  for (const auto& range : puback.ranges) {
    if (range.first > last_request_ || range.count > last_request_ - range.first + 1) return false;
    auto* stream = streams_.find(range.stream);
    for (std::uint32_t i = 0; i < range.count;) {
      const auto open = publishes_.find(range.first + i);
      if (!open) {
        ++i;
        continue;
      }
      const auto count = publishes_.finish(open, range.count - i);
      Acknowledged told{.batch = *open.batch, .first = open.index, .count = count, .ack = {}};
      told.ack.repeated = (range.flags & protocol::AckRange::kRepeated) != 0;
      if (stream != nullptr) {
        told.ack.stream = stream->name;
        told.ack.position = {range.epoch, range.sequence + i};
        stream->acked = std::max(stream->acked, {range.epoch, range.sequence + i + count - 1});
      } else {
        told.ack.matched = range.sequence;
      }
      listener_.on_acknowledged(told);
      i += count;
    }
    publishes_.trim();
  }
  return true;
}

}  // namespace fanfare::session
