// What is encoded on the caller's thread: publishes, requests and trace hops.
#include <chrono>

#include "protocol/content.hpp"
#include "protocol/header_map.hpp"
#include "sdk/transport/core.hpp"
#include "sdk/transport/desk.hpp"
#include "sdk/transport/encoding.hpp"
#include "sdk/transport/id_source.hpp"

namespace fanfare::transport {
namespace {

constexpr std::string_view kEvents = "$sys.event.";

}  // namespace

void Core::publish(std::string_view topic, std::string_view payload, const PublishOptions& options,
                   Completion completion) {
  if (const auto refusal = refusal_of(topic, options.actor, options.headers, payload)) {
    return fail(completion, Error(*refusal, topic.substr(0, kShort)));
  }
  const auto headers = options.headers.empty() ? std::string() : protocol::encode_headers(options.headers);
  const protocol::Content content{options.id ? *options.id : fresh_id(), options.actor, headers, payload};
  const auto weight = Batch::weight_of(topic.size(), content);

  const auto patience = options_.when_full == WhenFull::block ? options_.block_timeout : std::chrono::milliseconds(0);
  if (!in_flight_.acquire(weight, patience, dispatcher_->on_this_thread())) {
    return fail(completion, closing_ ? Error(ErrorCode::closed)
                                     : Error(ErrorCode::not_sent, "max_in_flight_bytes wait for the broker already"));
  }
  const bool traced = options.traced && !topic.starts_with(kEvents);
  if (!intake_.publish(topic, content, traced, completion)) {
    in_flight_.release(weight, false);
    return fail(completion, Error(ErrorCode::closed));
  }
  if (traced) trace(*content.id, topic, "sdk queued");
}

void Core::trace(const Uuid& id, std::string_view topic, std::string_view hop) {
  if (topic.starts_with(kEvents)) return;
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  const auto at = std::chrono::duration_cast<std::chrono::microseconds>(since_epoch).count();
  const auto headers =
      protocol::encode_headers({{"component", options_.name}, {"hop", std::string(hop)}, {"at", std::to_string(at)}});
  const protocol::Content content{std::nullopt, {}, headers, {}};
  const auto topic_of_trace = std::string(kEvents) + "trace." + id.to_string();
  const auto weight = Batch::weight_of(topic_of_trace.size(), content);
  Completion nobody;
  // It waits for no room: it is said on the threads that make room. Without a session to carry it the hop is lost; it
  // tells of a message, it is none.
  in_flight_.take(weight);
  if (!intake_.publish(topic_of_trace, content, false, nobody)) in_flight_.release(weight, false);
}

void Core::request(std::string_view topic, std::string_view payload, std::chrono::milliseconds timeout,
                   const RequestOptions& options, std::variant<std::promise<Reply>, Client::ReplyHandler> target) {
  if (const auto refusal = refusal_of(topic, options.actor, options.headers, payload)) {
    return fail(target, Error(*refusal, topic.substr(0, kShort)));
  }
  const auto headers = protocol::encode_headers(options.headers);
  session::OpenRequest request{.topic = std::string(topic),
                               .content = {},
                               .flags = protocol::message_flags::kId,
                               .actor_size = static_cast<std::uint8_t>(options.actor.size()),
                               .headers_size = static_cast<std::uint16_t>(headers.size()),
                               .deadline = std::chrono::steady_clock::now() + timeout,
                               .timeout = timeout,
                               .takes_parts = options.on_part != nullptr,
                               .gathered = {}};
  if (options.retry_safe) request.flags |= protocol::message_flags::kRetrySafe;
  protocol::append_content(request.content, {options.id ? *options.id : fresh_id(), options.actor, headers, payload});

  const auto ticket = ++last_ticket_;
  auto completion = std::make_shared<ReplyCompletion>();
  completion->target = std::move(target);
  completion->on_part = options.on_part;
  const bool accepted = call([ticket, completion, request = std::move(request)](Desk& desk) mutable {
    desk.listener.expect(ticket, completion);
    desk.session.request(ticket, std::move(request));
  });
  if (!accepted) return fail(completion->target, Error(ErrorCode::closed));
  if (options.stop.stop_possible()) {
    // Set on the I/O thread, which also takes it away: a stop that has come by then calls back at once.
    call([ticket, completion, stop = options.stop, core = weak_from_this()](Desk& desk) {
      if (!desk.listener.expects(ticket)) return;
      completion->stop.emplace(stop, [ticket, core] {
        if (const auto alive = core.lock()) alive->call([ticket](Desk& at) { at.session.cancel(ticket); });
      });
    });
  }
}

void Core::fail(Completion& completion, const Error& error) {
  if (auto* promise = std::get_if<std::promise<Ack>>(&completion)) {
    promise->set_exception(std::make_exception_ptr(error));
  } else if (auto* handler = std::get_if<Client::AckHandler>(&completion)) {
    run_callback([handler = std::move(*handler), error] { handler(error); });
  }
}

void Core::fail(std::variant<std::promise<Reply>, Client::ReplyHandler>& target, const Error& error) {
  if (auto* promise = std::get_if<std::promise<Reply>>(&target)) {
    promise->set_exception(std::make_exception_ptr(error));
  } else {
    run_callback([handler = std::move(std::get<Client::ReplyHandler>(target)), error] { handler(error); });
  }
}

}  // namespace fanfare::transport
