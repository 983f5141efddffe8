// Subscriptions, services and memberships: what the options mean to the session, and the handles for them.
#include <algorithm>
#include <fanfare/client.hpp>
#include <limits>
#include <optional>
#include <utility>

#include "protocol/topic.hpp"
#include "sdk/transport/core.hpp"
#include "sdk/transport/encoding.hpp"
#include "sdk/transport/exchange.hpp"
#include "sdk/transport/registration.hpp"

namespace fanfare {
namespace {

using transport::Core;

constexpr std::uint32_t kMostInFlight = 65'536;
constexpr std::size_t kMostTries = 32;

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

void refuse(const std::shared_ptr<Core>& core, const std::shared_ptr<transport::Registration>& registration,
            const Error& error) {
  registration->refuse(error);
  if (registration->on_error) core->dispatcher().push([registration, error] { registration->on_error(error); });
}

void add(const std::shared_ptr<Core>& core, const std::shared_ptr<transport::Registration>& registration,
         session::Registration wanted) {
  if (wanted.pattern.size() <= transport::kShort) return core->add(registration, std::move(wanted));
  refuse(core, registration, Error(ErrorCode::bad_pattern, wanted.pattern.substr(0, transport::kShort)));
}

std::uint32_t milliseconds_of(std::chrono::milliseconds time) {
  return static_cast<std::uint32_t>(
      std::clamp<std::int64_t>(time.count(), 0, std::numeric_limits<std::uint32_t>::max()));
}

session::Registration wanted_by(std::string_view group, std::string_view pattern, const JoinOptions& options) {
  session::Registration wanted;
  wanted.kind = session::Registration::Kind::membership;
  wanted.pattern = pattern;
  wanted.from = options.from == GroupStart::beginning ? protocol::From::all : protocol::From::now;
  wanted.max_in_flight = options.max_in_flight;
  wanted.joined.group = group;
  wanted.joined.order = static_cast<protocol::GroupOrder>(options.order);
  wanted.joined.ack_wait_ms = milliseconds_of(options.ack_wait);
  wanted.joined.max_deliver = options.max_deliver;
  wanted.joined.max_pending = options.max_pending;
  for (const auto wait : options.back_off) wanted.joined.back_off_ms.push_back(milliseconds_of(wait));
  wanted.joined.pipelined = options.pipelined;
  return wanted;
}

/// Why the group can't be asked for at all; nullopt when it can.
std::optional<Error> refusal_of(const session::Registration& wanted) {
  const auto& joined = wanted.joined;
  if (!protocol::is_name(joined.group) || joined.group.find('.') != std::string::npos) {
    return Error(ErrorCode::bad_name, "a group's name is a peer's name without dots");
  }
  if (wanted.max_in_flight > kMostInFlight) {
    return Error(ErrorCode::group_mismatch, "max_in_flight is at most 65536");
  }
  if (joined.back_off_ms.size() > kMostTries) {
    return Error(ErrorCode::group_mismatch, "back_off has at most 32 entries");
  }
  return std::nullopt;
}

/// Acknowledges what the handler returns from; what it throws is why it failed.
Client::AsyncWorkHandler settling(Client::WorkHandler handler) {
  return [handler = std::move(handler)](const Work& work, Settler settler) {
    try {
      handler(work);
    } catch (const Error& error) {
      return settler.fail(error.what());
    } catch (const std::exception& error) {
      settler.fail(error.what());
      throw;
    } catch (...) {
      settler.fail("an exception that is no std::exception");
      throw;
    }
    settler.ack();
  };
}

Membership join(const std::shared_ptr<Core>& core, session::Registration wanted, Client::AsyncWorkHandler handler,
                JoinOptions& options) {
  auto registration = make(core, std::move(handler), options);
  registration->on_role = std::move(options.on_role);
  if (const auto error = refusal_of(wanted)) {
    refuse(core, registration, *error);
  } else {
    add(core, registration, std::move(wanted));
  }
  return Membership(std::move(registration));
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

Membership Client::join(std::string_view group, std::string_view pattern, WorkHandler handler, JoinOptions options) {
  // Such handlers run one after the other anyway, in the order the messages came: none has to wait for another's
  // answer.
  options.pipelined = true;
  return fanfare::join(core_, wanted_by(group, pattern, options), settling(std::move(handler)), options);
}

Membership Client::join(std::string_view group, std::string_view pattern, AsyncWorkHandler handler,
                        JoinOptions options) {
  return fanfare::join(core_, wanted_by(group, pattern, options), std::move(handler), options);
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

bool Registered::finish_registration(std::chrono::milliseconds timeout) {
  return !registration_ || registration_->finish(timeout);
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

bool Responder::part(const Reply& part) { return exchange_->part(part); }

void Responder::fail(std::string_view text, ErrorCode code) { exchange_->fail(text, code); }

bool Responder::canceled() const { return exchange_->canceled(); }

}  // namespace fanfare
