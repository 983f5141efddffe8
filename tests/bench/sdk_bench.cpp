// What the SDK itself costs for each message, without sockets and threads: from publish() to the frame and back from
// the acknowledgement to the callback, and from a frame of deliveries to the handler. The broker is made of encoded
// bytes.

#include <benchmark/benchmark.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <zmq.hpp>

#include "protocol/frame.hpp"
#include "protocol/limits.hpp"
#include "protocol/record.hpp"
#include "sdk/session/session.hpp"
#include "sdk/transport/core.hpp"
#include "sdk/transport/desk.hpp"
#include "sdk/transport/session_listener.hpp"

namespace fanfare::bench {
namespace {

constexpr int kPublishesPerFrame = 500;
constexpr int kRecordsPerFrame = 350;

/// A client whose I/O thread is this one, and whose handlers run in between.
class DrivenClient {
 public:
  DrivenClient() : listener_(*core_), session_({.name = "bench", .address = "nowhere"}, listener_) {
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

  transport::Core& core() { return *core_; }

  /// What the I/O thread does with what waits.
  void send() {
    core_->intake().take(load_);
    for (auto& batch : load_.batches) {
      listener_.expect(batch);
      session_.publish({batch, &batch->publishes});
    }
    load_.batches.clear();
    transport::Desk desk{session_, listener_, now_};
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

  void receive(const std::string& frame) {
    auto held = std::make_shared<transport::HeldFrame>();
    // NOLINTNEXTLINE(cppcoreguidelines-pro-type-const-cast): libzmq only reads it.
    held->frame = zmq::message_t(const_cast<char*>(frame.data()), frame.size(), nullptr);
    listener_.begin_frame(held);
    session_.received(held->frame.to_string_view(), now_);
    listener_.flush();
    listener_.begin_frame(nullptr);
    session_.handled(core_->handled());
    if (session_.has_connection()) (void)session_.next_frame(frame_, now_, false);
  }

  void add_subscription(const std::shared_ptr<transport::Registration>& registration, std::string pattern) {
    session::Registration wanted;
    wanted.pattern = std::move(pattern);
    core_->add(registration, std::move(wanted));
    send();
    receive(protocol::make_frame(protocol::Ok{.request = 1}));
  }

 private:
  static constexpr std::uint64_t kWindow = 1U << 20U;

  const session::Instant now_{std::chrono::hours(1)};
  std::shared_ptr<transport::Core> core_ =
      std::make_shared<transport::Core>(ClientOptions{.executor = [](const auto& work) { work(); }});
  transport::SessionListener listener_;
  session::Session session_;
  transport::Intake::Load load_;
  std::string frame_;
  std::string answer_;
  std::uint64_t sent_ = 0;
  std::uint64_t acknowledged_ = 0;
};

template <class Publish>
void publish_frames(benchmark::State& state, const Publish& publish) {
  DrivenClient client;
  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto each : state) {
    (void)each;
    for (int i = 0; i < kPublishesPerFrame; ++i) publish(client.core(), payload);
    client.send();
    client.acknowledge(kPublishesPerFrame);
  }
  state.SetItemsProcessed(state.iterations() * kPublishesPerFrame);
}

void publish_without_completion(benchmark::State& state) {
  publish_frames(state, [](transport::Core& core, const std::string& payload) {
    core.publish("bench.topic", payload, {}, std::monostate());
  });
}

void publish_with_callback(benchmark::State& state) {
  std::uint64_t acknowledged = 0;
  publish_frames(state, [&](transport::Core& core, const std::string& payload) {
    core.publish("bench.topic", payload, {},
                 Client::AckHandler([&acknowledged](const Outcome<Ack>& ack) { acknowledged += ack.ok(); }));
  });
  if (acknowledged != static_cast<std::uint64_t>(state.iterations() * kPublishesPerFrame)) {
    state.SkipWithError("acknowledgements are missing");
  }
}

void publish_with_future(benchmark::State& state) {
  publish_frames(state, [](transport::Core& core, const std::string& payload) {
    std::promise<Ack> promise;
    const auto future = promise.get_future();
    core.publish("bench.topic", payload, {}, std::move(promise));
  });
}

/// Args: bytes of a payload, topics that take turns.
void deliver(benchmark::State& state) {
  const auto topics = static_cast<std::uint32_t>(state.range(1));
  DrivenClient client;
  std::uint64_t handled = 0;
  const auto registration =
      std::make_shared<transport::Registration>(client.core().weak_from_this(), client.core().next_handle(),
                                                Client::MessageHandler([&handled](const Message&) { ++handled; }));
  client.add_subscription(registration, "bench.*");

  std::string frame(protocol::kFrameHeader);
  for (std::uint32_t i = 0; i < topics; ++i) {
    const auto name = "bench." + std::to_string(i);
    protocol::append_command(frame,
                             protocol::Topic{.number = protocol::kEphemeralTopic | i, .name = std::string_view(name)});
  }
  client.receive(frame);

  const std::string payload(static_cast<std::size_t>(state.range(0)), 'x');
  std::string content(sizeof(Uuid), '\1');
  content += payload;
  std::string records;
  for (std::uint32_t i = 0; i < kRecordsPerFrame; ++i) {
    protocol::append_record(records,
                            {.topic = protocol::kEphemeralTopic | (i % topics),
                             .flags = protocol::message_flags::kId,
                             .publisher = "local"},
                            0, 0, content);
  }
  protocol::Deliver delivery;
  delivery.count = kRecordsPerFrame;
  delivery.records = std::string_view(records);
  frame = protocol::make_frame(delivery);
  for (auto each : state) {
    (void)each;
    client.receive(frame);
  }
  state.SetItemsProcessed(state.iterations() * kRecordsPerFrame);
  if (handled != static_cast<std::uint64_t>(state.iterations()) * kRecordsPerFrame) {
    state.SkipWithError("messages are missing");
  }
}

BENCHMARK(publish_without_completion)->ArgName("payload")->Arg(128)->Arg(1'024);
BENCHMARK(publish_with_callback)->ArgName("payload")->Arg(128);
BENCHMARK(publish_with_future)->ArgName("payload")->Arg(128);
BENCHMARK(deliver)->ArgNames({"payload", "topics"})->Args({128, 1})->Args({1'024, 1})->Args({128, 100});

}  // namespace
}  // namespace fanfare::bench

BENCHMARK_MAIN();
