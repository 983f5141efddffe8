// What comes for handlers: messages, gaps, and requests to answer.
#include <algorithm>

#include "sdk/session/failure_reply.hpp"
#include "sdk/session/session.hpp"

namespace fanfare::session {
namespace {

GapReason reason_of(protocol::GapReason reason) { return static_cast<GapReason>(reason); }

}  // namespace

bool Session::on(const protocol::Topic& topic, Incoming&) {
  const auto* stream = streams_.find(topic.stream);
  return topics_.announce(topic, stream == nullptr ? std::string_view() : stream->name);
}

bool Session::on(const protocol::Forget& forget, Incoming&) {
  topics_.forget(forget);
  return true;
}

bool Session::on(const protocol::Deliver& deliver, Incoming& incoming) {
  if (deliver.kind != protocol::DeliveryKind::live) return true;  // nothing was asked that comes another way
  auto* stream = streams_.find(deliver.stream);
  std::string_view rest = deliver.records;
  for (std::uint32_t i = 0; i < deliver.count; ++i) {
    const auto record = protocol::next_record(rest);
    if (!record) return false;
    const auto* topic = topics_.find(deliver.stream, record->topic, registrations_);
    if (topic == nullptr) return false;
    const Position position{deliver.epoch, record->sequence};
    if (stream != nullptr && position <= stream->live) continue;
    for (auto* subscriber : topic->subscribers) {
      if (!subscriber->wants(stream, position)) continue;
      incoming.to_handlers = true;
      listener_.on_message({subscriber->handle, incoming.data, deliver.epoch, *record, topic->name});
    }
  }
  if (stream != nullptr) stream->moved_to({deliver.epoch, deliver.through});
  return rest.empty();
}

bool Session::on(const protocol::PositionUpdate& update, Incoming&) {
  auto* stream = streams_.find(update.through.stream);
  if (stream != nullptr) stream->moved_to(update.through.position);
  return true;
}

bool Session::on(const protocol::Gap& gap, Incoming&) {
  const auto* stream = streams_.find(gap.stream);
  const Gap told{.reason = reason_of(gap.reason),
                 .stream = stream == nullptr ? std::string() : stream->name,
                 .from = {gap.epoch, gap.from},
                 .to = {gap.epoch, gap.to},
                 .dropped = gap.dropped};
  for (const auto& [handle, registration] : registrations_.all()) {
    if (registration.kind != Registration::Kind::subscription) continue;
    if (gap.handle == 0 || gap.handle == handle) listener_.on_event(GapSeen{handle, told});
  }
  return true;
}

void Session::registered(Registration& registration, const std::vector<protocol::StreamPosition>& positions) {
  registration.status = Registration::Status::ready;
  registration.begins.clear();
  for (const auto& [number, position] : positions) {
    if (const auto* stream = streams_.find(number)) registration.begins.push_back({stream, position});
  }
  if (registration.kind == Registration::Kind::subscription && registration.was_ready) tell_gaps(registration);
  registration.was_ready = true;
  registration.left_at.clear();
  listener_.on_event(Registered{registration.handle});
}

void Session::tell_gaps(const Registration& registration) {
  for (const auto& [stream, begins] : registration.begins) {
    const auto left = std::ranges::find(registration.left_at, stream, &Registration::Place::stream);
    const auto was = left == registration.left_at.end() ? Position{} : left->position;
    if (begins <= was) continue;
    const bool same_epoch = begins.epoch == was.epoch;
    listener_.on_event(GapSeen{registration.handle,
                               {.reason = same_epoch ? GapReason::session_lost : GapReason::epoch_changed,
                                .stream = stream->name,
                                .from = {was.epoch, was.sequence + 1},
                                .to = begins}});
  }
  if (!streams_.hold(registration.pattern)) {
    listener_.on_event(GapSeen{registration.handle, {.reason = GapReason::session_lost}});
  }
}

bool Session::on(const protocol::ServiceRequest& request, Incoming& incoming) {
  const auto content =
      protocol::split_content(request.content, request.flags, request.actor_size, request.headers_size);
  if (!content) return false;
  const auto exchange = exchanges_.add(request.exchange);
  if (registrations_.find(request.handle) == nullptr) {
    reply(exchange, failure_headers(ErrorCode::no_service), "the service has just ended", true);
    return true;
  }
  incoming.to_handlers = true;
  listener_.on_event(RequestArrived{request.handle, exchange, incoming.data, request, *content});
  return true;
}

bool Session::on(const protocol::Cancel& cancel, Incoming&) {
  if (const auto exchange = exchanges_.cancel(cancel.number)) listener_.on_event(ExchangeEnded{*exchange});
  return true;
}

}  // namespace fanfare::session
