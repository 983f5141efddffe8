// Subscriptions and services: what the options mean to the session, and the handles for them.
#include <fanfare/client.hpp>
#include <utility>

#include "sdk/transport/core.hpp"
#include "sdk/transport/encoding.hpp"
#include "sdk/transport/exchange.hpp"
#include "sdk/transport/registration.hpp"

namespace fanfare {
namespace {

using transport::Core;

session::Registration wanted_by(std::string_view pattern, const SubscribeOptions& options) {
  session::Registration wanted;
  wanted.pattern = pattern;
  wanted.from = static_cast<protocol::From>(options.from.kind());
  wanted.start = options.from.position();
  wanted.time = options.from.timestamp().time_since_epoch().count();
  wanted.overflow = static_cast<protocol::Overflow>(options.overflow);
  return wanted;
}

template <class Options>
std::shared_ptr<transport::Registration> make(const std::shared_ptr<Core>& core,
                                              transport::Registration::Handler handler, Options& options) {
  auto made = std::make_shared<transport::Registration>(core, core->next_handle(), std::move(handler));
  made->on_ready = std::move(options.on_ready);
  made->on_error = std::move(options.on_error);
  return made;
}

void add(const std::shared_ptr<Core>& core, const std::shared_ptr<transport::Registration>& registration,
         session::Registration wanted) {
  if (wanted.pattern.size() <= transport::kShort) return core->add(registration, std::move(wanted));
  const Error error(ErrorCode::bad_pattern, wanted.pattern.substr(0, transport::kShort));
  registration->refuse(error);
  if (registration->on_error) core->dispatcher().push([registration, error] { registration->on_error(error); });
}

/// Answers with what the handler returns, or with why it did not.
Client::AsyncRequestHandler answering(Client::RequestHandler handler) {
  return [handler = std::move(handler)](const Request& request, Responder responder) {
    try {
      responder.reply(handler(request));
    } catch (const Error& error) {
      responder.fail(error.detail(), error.code());
    } catch (const std::exception& error) {
      responder.fail(error.what());
      throw;
    }
  };
}

}  // namespace

Subscription Client::subscribe(std::string_view pattern, MessageHandler handler, SubscribeOptions options) {
  auto registration = make(core_, std::move(handler), options);
  registration->on_gap = std::move(options.on_gap);
  registration->on_begin = std::move(options.on_begin);
  registration->on_caught_up = std::move(options.on_caught_up);
  add(core_, registration, wanted_by(pattern, options));
  return Subscription(std::move(registration));
}

Service Client::serve(std::string_view pattern, RequestHandler handler, ServeOptions options) {
  return serve(pattern, answering(std::move(handler)), std::move(options));
}

Service Client::serve(std::string_view pattern, AsyncRequestHandler handler, ServeOptions options) {
  session::Registration wanted;
  wanted.kind = session::Registration::Kind::service;
  wanted.pattern = pattern;
  wanted.max_in_flight = options.max_in_flight;
  auto registration = make(core_, std::move(handler), options);
  add(core_, registration, std::move(wanted));
  return Service(std::move(registration));
}

Registered::Registered(std::shared_ptr<transport::Registration> registration)
    : registration_(std::move(registration)) {}

Registered& Registered::operator=(Registered&& other) noexcept {
  if (this != &other) {
    end();
    registration_ = std::move(other.registration_);
  }
  return *this;
}

Registered::~Registered() { end(); }

void Registered::end() {
  if (registration_) registration_->end();
}

std::shared_future<void> Registered::ready() const { return registration_->ready(); }

bool Registered::wait_ready(std::chrono::milliseconds timeout) const {
  const auto ready = registration_->ready();
  if (ready.wait_for(timeout) != std::future_status::ready) return false;
  ready.get();
  return true;
}

Responder::Responder(std::shared_ptr<transport::Exchange> exchange) : exchange_(std::move(exchange)) {}

void Responder::reply(const Reply& reply) { exchange_->reply(reply); }

void Responder::fail(std::string_view text, ErrorCode code) { exchange_->fail(text, code); }

bool Responder::canceled() const { return exchange_->canceled(); }

}  // namespace fanfare
