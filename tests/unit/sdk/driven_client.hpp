#pragma once
// A client without sockets and threads: its I/O thread is the test's own, its handlers run in between, and its broker
// is made of encoded bytes. For figures and for what may be counted.

#include <memory>
#include <string>
#include <utility>

#include "protocol/frame.hpp"
#include "protocol/limits.hpp"
#include "protocol/record.hpp"
#include "sdk/session/session.hpp"
#include "sdk/transport/core.hpp"
#include "sdk/transport/desk.hpp"
#include "sdk/transport/session_listener.hpp"

namespace fanfare::transport::test {

class DrivenClient {
 public:
  DrivenClient() : listener_(*core_), session_({.name = "driven", .address = "nowhere"}, listener_) {
    session_.tick(now_);
    session_.opened(now_, 0.5);
    (void)session_.next_frame(frame_, now_, false);
    protocol::Welcome welcome;
    welcome.version = protocol::kVersion;
    welcome.limit = kWindow;
    welcome.lease_ms = 10'000;
    welcome.heartbeat_ms = 3'000;
    receive(protocol::make_frame(welcome));
  }

  Core& core() { return *core_; }

  /// What the I/O thread does with what waits.
  void send() {
    core_->intake().take(load_);
    for (auto& batch : load_.batches) {
      listener_.expect(batch);
      session_.publish({batch, &batch->publishes});
    }
    load_.batches.clear();
    Desk desk{session_, listener_, now_};
    for (auto& call : load_.calls) call(desk);
    load_.calls.clear();
    while (session_.next_frame(frame_, now_, false)) {
    }
  }

  /// The broker acknowledges so many publishes, and gives the credit back.
  void acknowledge(std::uint32_t count) {
    answer_.assign(protocol::kFrameHeader);
    sent_ += count;
    protocol::append_command(answer_, protocol::Puback{.ranges = {{.first = acknowledged_ + 1, .count = count}}});
    acknowledged_ += count;
    protocol::append_command(answer_, protocol::Credit{.received = sent_, .limit = kWindow + sent_ * 2'048});
    receive(answer_);
  }

  /// The broker acknowledges the publish of this request number, whatever came before it.
  void acknowledge_only(protocol::RequestNumber request) {
    receive(protocol::make_frame(protocol::Puback{.ranges = {{.first = request, .count = 1}}}));
  }

  void receive(const std::string& frame) {
    auto held = std::make_shared<HeldFrame>();
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): libzmq only reads it.
    held->frame = zmq::message_t(const_cast<char*>(frame.data()), frame.size(), nullptr);
    listener_.begin_frame(held);
    session_.received(held->frame.to_string_view(), now_);
    listener_.flush();
    listener_.begin_frame(nullptr);
    session_.handled(core_->handled());
    if (session_.has_connection()) (void)session_.next_frame(frame_, now_, false);
  }

  /// Subscribes before anything else is published.
  std::shared_ptr<Registration> subscribe(std::string pattern, Client::MessageHandler handler) {
    auto registration =
        std::make_shared<Registration>(core_->weak_from_this(), core_->next_handle(), std::move(handler));
    session::Registration wanted;
    wanted.pattern = std::move(pattern);
    core_->add(registration, std::move(wanted));
    send();
    receive(protocol::make_frame(protocol::Ok{.request = 1}));
    return registration;
  }

  /// The broker gives numbers to `count` topics, "<prefix>0", ….
  void announce(const std::string& prefix, std::uint32_t count) {
    std::string frame(protocol::kFrameHeader);
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto name = prefix + std::to_string(i);
      protocol::append_command(
          frame, protocol::Topic{.number = protocol::kEphemeralTopic | i, .name = std::string_view(name)});
    }
    receive(frame);
  }

  /// A frame of `count` messages on the first `topics` of these, in turns.
  static std::string delivery(std::uint32_t count, std::uint32_t topics, std::string_view payload) {
    std::string content(sizeof(Uuid), '\1');
    content += payload;
    std::string records;
    for (std::uint32_t i = 0; i < count; ++i) {
      protocol::append_record(records,
                              {.topic = protocol::kEphemeralTopic | (i % topics),
                               .flags = protocol::message_flags::kId,
                               .publisher = "local"},
                              0, 0, content);
    }
    protocol::Deliver delivery;
    delivery.count = count;
    delivery.records = std::string_view(records);
    return protocol::make_frame(delivery);
  }

 private:
  static constexpr std::uint64_t kWindow = 1U << 20U;

  const session::Instant now_{std::chrono::hours(1)};
  std::shared_ptr<Core> core_ = std::make_shared<Core>(ClientOptions{.executor = [](const auto& work) { work(); }});
  SessionListener listener_;
  session::Session session_;
  Intake::Load load_;
  std::string frame_;
  std::string answer_;
  std::uint64_t sent_ = 0;
  std::uint64_t acknowledged_ = 0;
};

}  // namespace fanfare::transport::test
