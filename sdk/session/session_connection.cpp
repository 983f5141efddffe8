// How sessions begin, go on and end.
#include <algorithm>
#include <utility>

#include "sdk/session/session.hpp"

namespace fanfare::session {

void Session::opened(Instant now, double chance) {
  phase_ = Phase::greeting;
  opened_at_ = now;
  heard_at_ = now;
  chance_ = chance;
  hello_due_ = true;
  ping_due_ = false;
  draining_ = false;
}

void Session::lost(Instant now, const Error& error) {
  if (has_connection() || phase_ == Phase::dialing) disconnect(now, error);
}

void Session::disconnect(Instant now, const Error& error, Duration at_least) {
  if (bye_due_) return finish();
  const auto wait = std::max(back_off_.next(chance_), at_least);
  phase_ = Phase::waiting;
  workload_.pause();
  stand_by();
  retry_at_ = now + wait;
  listener_.on_event(State{.connection = Connection::reconnecting,
                           .reason = error.what(),
                           .code = error.code(),
                           .retry_in = std::chrono::duration_cast<std::chrono::milliseconds>(wait)});
}

void Session::break_off(Instant now, const Error& error) {
  may_resume_ = false;
  disconnect(now, error);
  finish_memberships();
}

void Session::refuse(const Error& error) {
  phase_ = Phase::refused;
  ended_ = error;
  fail_everything(error);
  for (const auto& [handle, registration] : registrations_.all()) {
    listener_.on_event(RegistrationFailed{handle, error});
  }
  registrations_ = {};
  end_presence(error);
  topics_.clear();
  listener_.on_event(State{.connection = Connection::refused, .reason = error.what(), .code = error.code()});
}

bool Session::on(const protocol::Welcome& welcome, Incoming&) {
  if (welcome.version != protocol::kVersion) return false;
  const bool resumed = (welcome.flags & protocol::Welcome::kResumed) != 0;
  if (resumed && !fits(welcome)) return false;
  phase_ = Phase::ready;
  back_off_.reset();
  lease_ = std::chrono::milliseconds(welcome.lease_ms);
  heartbeat_ = std::chrono::milliseconds(welcome.heartbeat_ms);
  limits_ = welcome.limits;
  has_session_ = true;
  may_resume_ = true;
  session_ = welcome.session;
  secret_ = welcome.secret;
  numbers_.forget_announcements();
  topics_.clear();
  window_.begin(resumed);
  if (!resumed) {
    log_.begin(welcome.limit);
    begin_session();
  }
  streams_.welcome(welcome.streams, lost_sessions_);
  if (resumed) resume_session();
  listener_.on_event(
      State{.connection = Connection::ready, .resumed = resumed, .publisher = std::string(welcome.publisher)});

  send_what_waits();
  return true;
}

bool Session::fits(const protocol::Welcome& welcome) {
  if (!may_resume_ || welcome.session != session_ || !log_.resume(welcome.received, welcome.limit)) return false;
  // What the broker has answered it has received.
  return std::ranges::all_of(log_.entries(), [this](const auto& entry) {
    if (entry.bytes != nullptr) return true;
    for (std::uint64_t i = 0; i < entry.count; ++i) {
      if (!publishes_.at(entry.publish + i)) return false;
    }
    return true;
  });
}

void Session::send_what_waits() {
  for (auto& [handle, registration] : registrations_.all()) {
    if (registration.status == Registration::Status::waiting) send_registration(registration);
  }
  workload_.go_on();
  tell_work();
  for (auto& [ticket, query] : queries_.all()) {
    if (!query.asked) send_query(ticket, query);
  }
  for (auto& [ticket, action] : actions_.all()) {
    if (!action.sent) send_action(ticket, action);
  }
  send_fetches();
}

void Session::begin_session() {
  pending_.clear();
  control_.clear();
  replies_.clear();
  publishes_.rewind(++lost_sessions_);
  streams_.mark_lost(lost_sessions_, publishes_.first_lost(lost_sessions_));
  for (auto& [handle, registration] : registrations_.all()) registration.suspend();
  streams_.forget_deliveries();
  drop_exchanges();
  fail_lost_requests();
  lose_work(ErrorCode::stale);
  finish_memberships();
  lose_actions();
  for (auto& [ticket, query] : queries_.all()) query.asked = false;
  fetches_.rewind();
  PresenceNames::Names gone;
  holds_.rewind(gone);
  watches_.rewind();
}

void Session::resume_session() {
  // Whatever was asked and said stands: it arrives once, and so do its answers.
  for (auto& [handle, registration] : registrations_.all()) {
    if (const auto term = std::exchange(registration.joined.term_before, 0); term != 0) {
      set_role(registration, {.active = true, .term = term});
    }
  }
}

void Session::fail_lost_requests() {
  for (const auto ticket : requests_.all()) {
    if (requests_.find(ticket)->number == 0) continue;
    requests_.remove(ticket);
    listener_.on_event(RequestFailed{ticket, Error(ErrorCode::outcome_unknown, "the session was lost")});
  }
}

void Session::drop_exchanges() {
  for (const auto exchange : exchanges_.clear()) listener_.on_event(ExchangeEnded{exchange});
}

void Session::fail_everything(const Error& unsent) {
  for (const auto& left : publishes_.take_all()) {
    listener_.on_event(PublishFailed{left.ticket, left.sent ? Error(ErrorCode::outcome_unknown) : unsent});
  }
  for (const auto ticket : requests_.all()) {
    const bool sent = requests_.find(ticket)->number != 0;
    requests_.remove(ticket);
    listener_.on_event(RequestFailed{ticket, sent ? Error(ErrorCode::outcome_unknown) : unsent});
  }
  fail_pages(unsent);
  fail_actions(unsent);
  lose_work(unsent.code());
  stand_by();
  pending_.clear();
  replies_.clear();
  drop_exchanges();
}

void Session::settle_drain(Instant now) {
  if (phase_ != Phase::ready || !draining_) return;
  const bool busy = publishes_.has_sent() || requests_.has_sent() || !exchanges_.empty() || !replies_.empty() ||
                    !settlements_.empty() || actions_.has_sent();
  // The session ends with the broker.
  if (!busy || now >= drain_deadline_) break_off(now, Error(ErrorCode::draining, settings_.address));
}

bool Session::nothing_waits() const {
  return publishes_.empty() && replies_.empty() && !exchanges_.holds_back() &&
         (phase_ != Phase::ready || (!log_.repeats() && !log_.has_outstanding() && settlements_.empty()));
}

void Session::close(Instant now, Instant deadline) {
  closing_ = true;
  close_deadline_ = deadline;
  settle_close(now);
}

void Session::settle_close(Instant now) {
  if (!closing_ || bye_due_ || phase_ == Phase::closed) return;
  if (phase_ != Phase::refused && !nothing_waits() && now < close_deadline_) return;
  fail_everything(Error(ErrorCode::not_sent, "the client was closed"));
  ended_ = Error(ErrorCode::closed);
  close_deadline_ = kNever;
  if (phase_ == Phase::ready) {
    bye_due_ = true;
  } else {
    finish();
  }
}

void Session::finish() {
  phase_ = Phase::closed;
  bye_due_ = false;
  listener_.on_event(State{.connection = Connection::closed, .reason = "closed", .code = ErrorCode::closed});
}

}  // namespace fanfare::session
