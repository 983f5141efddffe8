// What the session tells that ends in a handler other than for messages.
#include "protocol/header_map.hpp"
#include "sdk/transport/core.hpp"
#include "sdk/transport/session_listener.hpp"

namespace fanfare::transport {

void SessionListener::on(State& state) {
  flush();
  core_.set_connected(state.connection == Connection::ready);
  core_.states().set(state);
  if (!core_.options().on_state) return;
  core_.dispatcher().push(
      [core = core_.shared_from_this(), state = std::move(state)] { core->options().on_state(state); });
}

template <class... Parameters, class... Values>
void SessionListener::call(const std::shared_ptr<Registration>& registration,
                           std::function<void(Parameters...)> Registration::*handler, Values... values) {
  if (!((*registration).*handler)) return;
  flush();
  core_.dispatcher().push([core = core_.shared_from_this(), registration, handler, ... values = std::move(values)] {
    auto& dispatcher = core->dispatcher();
    dispatcher.running(registration.get());
    if (registration->active()) dispatcher.guard([&] { ((*registration).*handler)(values...); });
    dispatcher.running(nullptr);
  });
}

void SessionListener::on(session::Registered& registered) {
  const auto registration = find(registered.handle);
  if (!registration) return;
  registration->acknowledge();
  call(registration, &Registration::on_ready);
}

void SessionListener::on(session::Begun& begun) {
  if (const auto registration = find(begun.handle)) {
    call(registration, &Registration::on_begin, Beginning{.after = begun.after, .recovered = begun.recovered});
  }
}

void SessionListener::on(session::CaughtUp& caught_up) {
  if (const auto registration = find(caught_up.handle)) {
    call(registration, &Registration::on_caught_up, caught_up.position);
  }
}

void SessionListener::on(session::RegistrationFailed& failed) {
  const auto registration = find(failed.handle);
  if (!registration) return;
  registration->refuse(failed.error);
  registration->gone();
  if (registration->on_error) {
    core_.dispatcher().push([registration, error = failed.error] { registration->on_error(error); });
  }
  forget(failed.handle);
}

void SessionListener::on(session::GapSeen& seen) {
  if (const auto registration = find(seen.handle)) call(registration, &Registration::on_gap, std::move(seen.gap));
}

void SessionListener::on(session::RoleChanged& changed) {
  if (const auto registration = find(changed.handle)) call(registration, &Registration::on_role, changed.role);
}

void SessionListener::on(session::RequestArrived& arrived) {
  flush();
  const auto registration = find(arrived.handle);
  auto exchange = std::make_shared<Exchange>(core_.weak_from_this(), arrived.exchange,
                                             std::chrono::milliseconds(arrived.request.remaining_ms));
  exchanges_[arrived.exchange] = exchange;

  const auto& content = arrived.content;
  auto request = std::make_shared<Request>();
  request->topic = arrived.request.topic;
  request->id = content.id;
  request->publisher = arrived.request.publisher;
  request->actor = content.actor;
  request->headers = protocol::decode_headers(content.headers).value_or(Headers());
  request->payload = content.payload;
  request->remaining = std::chrono::milliseconds(arrived.request.remaining_ms);
  request->attempt = arrived.request.attempt;
  request->retry_safe = (arrived.request.flags & protocol::message_flags::kRetrySafe) != 0;
  request->frame = held_;

  core_.dispatcher().push([core = core_.shared_from_this(), registration, request, exchange = std::move(exchange),
                           data = arrived.data, size = held_->frame.size()]() mutable {
    auto& dispatcher = core->dispatcher();
    dispatcher.running(registration.get());
    if (registration && registration->active() && !core->closing()) {
      // A handler that throws has let go of its Responder, whose answer says so.
      dispatcher.guard([&] { registration->handle_request(*request, Responder(std::move(exchange))); });
    }
    exchange.reset();
    dispatcher.running(nullptr);
    core->handled(data, size);
  });
}

void SessionListener::on(session::PartsPassed& passed) {
  const auto found = exchanges_.find(passed.exchange);
  if (found == exchanges_.end()) return;
  if (const auto exchange = found->second.lock()) exchange->passed(passed.bytes);
}

void SessionListener::on(session::ExchangeEnded& ended) {
  if (const auto found = exchanges_.extract(ended.exchange)) {
    if (const auto exchange = found.mapped().lock()) exchange->cancel();
  }
}

}  // namespace fanfare::transport
