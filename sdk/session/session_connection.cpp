// How sessions begin, go on and end.
#include <algorithm>

#include "sdk/session/session.hpp"

namespace fanfare::session {

void Session::opened(Instant now, double chance) {
  phase_ = Phase::greeting;
  opened_at_ = now;
  heard_at_ = now;
  chance_ = chance;
  hello_due_ = true;
  draining_ = false;
  control_.clear();
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
  control_.clear();
  listener_.on_event(State{.connection = Connection::reconnecting,
                           .reason = error.what(),
                           .code = error.code(),
                           .retry_in = std::chrono::duration_cast<std::chrono::milliseconds>(wait)});
}

void Session::refuse(const Error& error) {
  phase_ = Phase::refused;
  ended_ = error;
  fail_everything(error);
  for (const auto& [handle, registration] : registrations_.all()) {
    listener_.on_event(RegistrationFailed{handle, error});
  }
  registrations_ = {};
  topics_.clear();
  listener_.on_event(State{.connection = Connection::refused, .reason = error.what(), .code = error.code()});
}

bool Session::on(const protocol::Welcome& welcome, Incoming&) {
  if (welcome.version != protocol::kVersion) return false;
  const bool resumed =
      has_session_ && (welcome.flags & protocol::Welcome::kResumed) != 0 && log_.resume(welcome.received, welcome.limit);
  phase_ = Phase::ready;
  back_off_.reset();
  lease_ = std::chrono::milliseconds(welcome.lease_ms);
  heartbeat_ = std::chrono::milliseconds(welcome.heartbeat_ms);
  limits_ = welcome.limits;
  has_session_ = true;
  session_ = welcome.session;
  secret_ = welcome.secret;
  numbers_.forget_announcements();
  window_.begin(resumed);
  if (!resumed) {
    log_.begin(welcome.limit);
    begin_session();
  }
  streams_.welcome(welcome.streams, lost_sessions_);
  if (resumed) resume_session();
  listener_.on_event(
      State{.connection = Connection::ready, .resumed = resumed, .publisher = std::string(welcome.publisher)});

  for (auto& [handle, registration] : registrations_.all()) {
    if (registration.status == Registration::Status::waiting) send_registration(registration);
  }
  workload_.go_on();
  tell_work();
  for (const auto& [ticket, query] : queries_.all()) send_query(ticket, query);
  for (auto& [ticket, action] : actions_.all()) {
    if (!action.sent) send_action(ticket, action);
  }
  fetches_.rewind();
  send_fetches();
  return true;
}

void Session::begin_session() {
  pending_.clear();
  replies_.clear();
  topics_.clear();
  publishes_.rewind(++lost_sessions_);
  streams_.mark_lost(lost_sessions_, publishes_.first_lost(lost_sessions_));
  for (auto& [handle, registration] : registrations_.all()) registration.suspend();
  streams_.forget_deliveries();
  drop_exchanges();
  fail_lost_requests();
  leaving_.clear();
  lose_work(ErrorCode::stale);
  lose_actions();
}

void Session::resume_session() {
  // What was asked and not answered may or may not have arrived: taken back and asked again.
  std::erase_if(pending_, [](const auto& entry) { return entry.second.kind != Pending::Kind::request; });
  leaving_.clear();
  for (auto& [handle, registration] : registrations_.all()) {
    auto& joined = registration.joined;
    if (registration.status == Registration::Status::sent) {
      send_removal(registration);
      registration.status = Registration::Status::waiting;
    } else if (registration.status == Registration::Status::ready && joined.join != 0) {
      pending_[joined.join] = {Pending::Kind::registration, handle};
      if (const auto term = std::exchange(joined.term_before, 0); term != 0) {
        set_role(registration, {.active = true, .term = term});
      }
    }
  }
  settlements_.rewind();
  lose_actions();
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
  for (const auto& open : publishes_.take_all()) {
    const bool sent = open.request != 0 || open.sent_before();
    listener_.on_event(PublishFailed{open.description().ticket, sent ? Error(ErrorCode::outcome_unknown) : unsent});
  }
  publishes_.release();
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
                    !settlements_.empty();
  if (!busy || now >= drain_deadline_) disconnect(now, Error(ErrorCode::draining, settings_.address));
}

bool Session::nothing_waits() const {
  return publishes_.empty() && replies_.empty() &&
         (phase_ != Phase::ready || (log_.unconfirmed() == 0 && settlements_.empty()));
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
