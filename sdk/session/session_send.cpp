// What goes to the broker: everything that waits, in one frame.
#include <algorithm>
#include <utility>

#include "protocol/topic.hpp"
#include "sdk/session/refusals.hpp"
#include "sdk/session/session.hpp"

namespace fanfare::session {
namespace {

/// Larger frames carry hardly more per second, and everything behind one waits for it.
constexpr std::size_t kFullFrame = 256U << 10U;
constexpr std::size_t kLastFields = 2 + 16 + 8;

std::size_t publish_size(const PublishBatch::Item& item) { return item.size + (item.sent_before() ? kLastFields : 0); }

}  // namespace

bool Session::next_frame(std::string& frame, Instant now, bool idle) {
  frame.assign(protocol::kFrameHeader);
  if (phase_ == Phase::greeting && hello_due_) append_hello(frame);
  if (phase_ == Phase::ready) {
    if (std::exchange(ping_due_, false)) protocol::append_command(frame, protocol::Ping{.token = ++last_ping_});
    // A broker that drains stops when it knows that all has come.
    if (window_.owes_credit(idle) || (idle && draining_ && window_.has_news())) append_credit(frame);
    if (!bye_due_) append_repeated(frame);
    const bool repeats = log_.repeats() && !bye_due_;
    if (!repeats && control_.empty()) send_settlements();
    if (!repeats && !bye_due_) send_presence();
    if (!repeats) append_free(frame);
    // Request numbers rise in the order they are sent: data waits until no free command does.
    if (!repeats && control_.empty()) {
      append_replies(frame);
      if (!draining_) {
        append_requests(frame, now);
        append_publishes(frame);
      }
      if (bye_due_) {
        protocol::append_command(frame, protocol::Bye{});
        finish();
      }
    }
    if (frame.size() > protocol::kFrameHeader.size() && window_.has_news()) append_credit(frame);
  }
  if (frame.size() == protocol::kFrameHeader.size()) return false;
  sent_at_ = now;
  return true;
}

bool Session::fits(const std::string& frame, std::size_t size) const {
  const auto full = std::min<std::size_t>(kFullFrame, limits_.frame);
  return frame.size() == protocol::kFrameHeader.size() || frame.size() + size <= full;
}

void Session::append_hello(std::string& frame) {
  hello_due_ = false;
  protocol::Hello hello;
  hello.version_min = protocol::kVersion;
  hello.version_max = protocol::kVersion;
  hello.limit = window_.initial_limit();
  hello.name = std::string_view(settings_.name);
  hello.software = std::string_view(settings_.software);
  if (may_resume_) {
    hello.flags = protocol::Hello::kResume;
    hello.session = session_;
    hello.secret = secret_;
    hello.received = window_.received_count();
    hello.sent = log_.sent_count();
  }
  protocol::append_command(frame, hello);
}

void Session::append_credit(std::string& frame) { protocol::append_command(frame, window_.give_credit()); }

void Session::append_free(std::string& frame) {
  while (!control_.empty() && fits(frame, control_.front().size())) {
    auto& command = control_.front();
    frame.append(command);
    log_.sent(command.size(), {.bytes = std::make_unique<std::string>(std::move(command)), .data = false});
    control_.pop_front();
  }
}

void Session::append_repeated(std::string& frame) {
  while (log_.repeats()) {
    const auto entry = log_.to_repeat();
    const auto open = entry.bytes == nullptr ? publishes_.at(entry.publish) : Publishes::Open();
    const auto size = open ? publish_size(open.item()) : entry.bytes->size();
    if (!fits(frame, size) || (entry.data && !log_.allows(size))) return;
    if (open) {
      append_publish(frame, open);
    } else {
      frame.append(*entry.bytes);
    }
    log_.repeated(size);
  }
}

void Session::append_replies(std::string& frame) {
  while (!replies_.empty()) {
    const auto size = replies_.front().size();
    if (!fits(frame, size) || !log_.allows(size)) return;
    frame.append(replies_.front());
    log_.sent(size, {.bytes = std::make_unique<std::string>(std::move(replies_.front()))});
    replies_.pop_front();
  }
}

void Session::append_requests(std::string& frame, Instant now) {
  while (const auto ticket = requests_.waiting()) {
    const auto& request = *requests_.find(*ticket);
    const auto id_size = (request.flags & protocol::message_flags::kId) != 0 ? sizeof(Uuid) : 0;
    const std::size_t before_payload = id_size + request.actor_size + request.headers_size;
    auto refusal =
        refusal_of(std::string_view(request.content).substr(id_size + request.actor_size, request.headers_size),
                   request.content.size() - before_payload, limits_);
    if (!refusal && !protocol::is_topic(request.topic, limits_)) refusal = ErrorCode::bad_topic;
    if (refusal) {
      const Error error(*refusal, request.topic);
      requests_.remove(*ticket);
      listener_.on_event(RequestFailed{*ticket, error});
      continue;
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(std::min(request.deadline - now, request.timeout)).count();
    auto bytes = std::make_unique<std::string>();
    protocol::append_command(
        *bytes, protocol::Request{.request = last_request_ + 1,
                                  .timeout_ms = static_cast<std::uint32_t>(std::clamp(left, 1L, 3'600'000L)),
                                  .flags = request.flags,
                                  .actor_size = request.actor_size,
                                  .headers_size = request.headers_size,
                                  .topic = std::string_view(request.topic),
                                  .content = std::string_view(request.content)});
    const auto size = bytes->size();
    if (!fits(frame, size) || !log_.allows(size)) return;
    requests_.mark_sent(*ticket, ++last_request_);
    pending_[last_request_] = {Pending::Kind::request, *ticket};
    frame.append(*bytes);
    log_.sent(size, {.bytes = std::move(bytes)});
  }
}

void Session::append_publishes(std::string& frame) {
  while (publishes_.has_waiting()) {
    const auto open = publishes_.waiting();
    auto& item = open.item();
    const auto topic = open.batch->topic(item);
    auto refusal = refusal_of(open.batch->headers(item), open.batch->payload_size(item), limits_);
    if (!refusal && !numbers_.knows(topic) && !protocol::is_topic(topic, limits_)) refusal = ErrorCode::bad_topic;
    if (refusal) {
      listener_.on_event(PublishFailed{open.ticket(), Error(*refusal, topic)});
      publishes_.finish(open);
      item.request = ++last_request_;
      publishes_.advance();
      publishes_.trim();
      continue;
    }
    const auto size = publish_size(item);
    const auto with_topic = size + protocol::kCommandHeaderSize + 7 + topic.size();
    if (!fits(frame, with_topic) || !log_.allows(size)) return;
    item.request = ++last_request_;
    append_publish(frame, open);
    log_.sent(size, publishes_.place());
    publishes_.advance();
    if ((item.flags & protocol::message_flags::kTraced) != 0) listener_.on_event(TracedSent{open.batch->id(item)});
  }
}

void Session::append_publish(std::string& frame, const Publishes::Open& open) {
  const auto& item = open.item();
  const auto topic = open.batch->topic(item);
  const auto use = numbers_.use(topic);
  if (use.announce) protocol::append_command(frame, protocol::Topic{.number = use.number, .name = topic});
  if (item.sent_before()) return append_again(frame, open, use.number);
  const auto at = frame.size();
  frame.append(open.batch->command(item));
  protocol::store(frame.data() + at + PublishBatch::kRequestAt, item.request);
  protocol::store(frame.data() + at + PublishBatch::kTopicAt, use.number);
}

void Session::append_again(std::string& frame, const Publishes::Open& open, std::uint32_t topic) {
  const auto& item = open.item();
  const auto& batch = *open.batch;
  protocol::Publish publish{.request = item.request,
                            .topic = topic,
                            .flags = item.flags,
                            .actor_size = static_cast<std::uint8_t>(batch.actor_size(item)),
                            .headers_size = static_cast<std::uint16_t>(batch.headers(item).size()),
                            .last = {},
                            .content = batch.content(item)};
  publish.flags |= protocol::message_flags::kResent;
  if (const auto* stream = streams_.of_topic(batch.topic(item))) {
    publish.last = {stream->number, stream->acked_when_lost(item.lost_in)};
  }
  protocol::append_command(frame, publish);
}

void Session::send_registration(Registration& registration) {
  registration.status = Registration::Status::sent;
  pending_[++last_request_] = {Pending::Kind::registration, registration.handle};
  if (registration.kind == Registration::Kind::service) {
    return control(protocol::Serve{.request = last_request_,
                                   .handle = registration.handle,
                                   .max_in_flight = registration.max_in_flight,
                                   .pattern = std::string_view(registration.pattern)});
  }
  if (registration.kind == Registration::Kind::membership) return send_join(registration);
  registration.stream = streams_.holding(registration.pattern);
  protocol::Subscribe subscribe{.request = last_request_,
                                .handle = registration.handle,
                                .from = registration.from,
                                .overflow = registration.overflow,
                                .position = registration.start,
                                .time = registration.time,
                                .pattern = std::string_view(registration.pattern)};
  if (registration.was_ready) go_on(registration, subscribe);
  registration.asked = subscribe.from;
  control(subscribe);
}

void Session::send_join(Registration& registration) {
  auto& joined = registration.joined;
  joined.join = last_request_;
  joined.term_before = 0;
  control(protocol::Join{.request = last_request_,
                         .handle = registration.handle,
                         .order = joined.order,
                         .from = registration.from,
                         .max_in_flight = registration.max_in_flight,
                         .ack_wait_ms = joined.ack_wait_ms,
                         .max_deliver = joined.max_deliver,
                         .max_pending = joined.max_pending,
                         .back_off_ms = joined.back_off_ms,
                         .group = std::string_view(joined.group),
                         .pattern = std::string_view(registration.pattern)});
}

void Session::send_removal(const Registration& registration, bool when_done) {
  // Nobody waits for the answer, but who finishes.
  const auto number = ++last_request_;
  if (registration.kind == Registration::Kind::membership) {
    protocol::Leave leave{.request = number, .handle = registration.handle};
    if (when_done) {
      leave.flags = protocol::Leave::kWhenDone;
      pending_[number] = {Pending::Kind::leave, registration.handle};
    }
    control(leave);
  } else {
    control(protocol::Unsubscribe{.request = number, .handle = registration.handle});
  }
}

void Session::go_on(const Registration& registration, protocol::Subscribe& subscribe) const {
  const auto* left = registration.left(registration.stream);
  // The broker no longer says that it lies in one stream: it is asked for all the same, so that the caller hears of it.
  if (left == nullptr && registration.stream == nullptr && registration.from != protocol::From::now &&
      registration.left_at.size() == 1) {
    left = &registration.left_at.front();
  }
  if (left == nullptr) {
    subscribe.from = protocol::From::now;
  } else if (left->position.epoch != Uuid()) {
    subscribe.from = protocol::From::after;
    subscribe.position = left->position;
  }
  // Otherwise nothing was handed over since the beginning, which has no position: it begins there again.
}

}  // namespace fanfare::session
