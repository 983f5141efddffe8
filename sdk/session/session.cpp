#include "sdk/session/session.hpp"

#include <algorithm>

namespace fanfare::session {

Session::Session(Settings settings, Listener& listener)
    : settings_(std::move(settings)), listener_(listener), window_(settings_.receive_window), watches_(listener) {
  listener_.on_event(State{.connection = Connection::connecting, .reason = "connecting to " + settings_.address});
}

void Session::publish(std::shared_ptr<PublishBatch> batch) {
  if (phase_ != Phase::refused && phase_ != Phase::closed) return publishes_.add(std::move(batch));
  const auto count = batch->items().size();
  for (std::size_t i = 0; i < count; ++i) listener_.on_event(PublishFailed{batch->ticket(i), ended_});
}

void Session::add(Handle handle, Registration registration) {
  if (phase_ == Phase::refused || phase_ == Phase::closed) {
    return listener_.on_event(RegistrationFailed{handle, ended_});
  }
  auto& added = registrations_.add(handle, std::move(registration));
  if (added.kind == Registration::Kind::membership) workload_.join(handle, added.joined.order, added.joined.pipelined);
  if (phase_ == Phase::ready) send_registration(added);
}

void Session::remove(Handle handle) {
  auto* registration = registrations_.find(handle);
  if (registration == nullptr) {
    (void)(holds_.remove(handle) || watches_.remove(handle));
    return;
  }
  if (registration->kind == Registration::Kind::membership) {
    leave(*registration);
  } else if (registration->status != Registration::Status::waiting) {
    send_removal(*registration);
  }
  registrations_.remove(handle);
}

void Session::request(Ticket ticket, OpenRequest request) {
  if (phase_ == Phase::refused || phase_ == Phase::closed) {
    return listener_.on_event(RequestFailed{ticket, ended_});
  }
  requests_.add(ticket, std::move(request));
}

void Session::cancel(Ticket ticket) {
  const auto* request = requests_.find(ticket);
  if (request == nullptr) return;
  if (request->number != 0) control(protocol::Cancel{.number = request->number});
  pending_.erase(request->number);
  requests_.remove(ticket);
  listener_.on_event(RequestFailed{ticket, Error(ErrorCode::canceled)});
}

void Session::tick(Instant now) {
  if (phase_ == Phase::waiting && now >= retry_at_) phase_ = Phase::dialing;
  if (phase_ == Phase::greeting && now >= opened_at_ + settings_.connect_timeout) {
    disconnect(now, Error(ErrorCode::unreachable, settings_.address + " does not answer"));
  }
  if (phase_ == Phase::ready) {
    if (now >= heard_at_ + lease_) {
      disconnect(now, Error(ErrorCode::session_expired, settings_.address));
    } else if (now >= sent_at_ + heartbeat_) {
      sent_at_ = now;
      ping_due_ = true;
    }
  }
  for (const auto ticket : requests_.expired(now)) {
    // Once sent it may have been handled; the broker has the same deadline and tells the member.
    const auto number = requests_.find(ticket)->number;
    pending_.erase(number);
    requests_.remove(ticket);
    const auto error = number != 0 ? Error(ErrorCode::deadline_exceeded)
                                   : Error(ErrorCode::not_sent, "there was no session with " + settings_.address);
    listener_.on_event(RequestFailed{ticket, error});
  }
  expire_pages(now);
  expire_actions(now);
  settle_drain(now);
  settle_close(now);
}

Instant Session::next_deadline() const {
  auto next = std::min({requests_.next_deadline(), queries_.next_deadline(), fetches_.next_deadline(),
                        actions_.next_deadline(), close_deadline_});
  if (phase_ == Phase::waiting) next = std::min(next, retry_at_);
  if (phase_ == Phase::greeting) next = std::min(next, opened_at_ + settings_.connect_timeout);
  if (phase_ == Phase::ready) {
    next = std::min({next, heard_at_ + lease_, sent_at_ + heartbeat_});
    if (draining_) next = std::min(next, drain_deadline_);
  }
  return next;
}

}  // namespace fanfare::session
