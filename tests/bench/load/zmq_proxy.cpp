// A bare zmq_proxy between PUB and SUB: what ZeroMQ costs without a broker's work. Once with a message in each frame,
// as everybody begins with it; once with many, as whoever wants speed does.

#include <algorithm>
#include <memory>
#include <string>

#include "protocol/wire.hpp"
#include "tests/bench/load/frame_pool.hpp"
#include "tests/bench/load/patterns.hpp"
#include "tests/bench/load/systems.hpp"
#include "tests/bench/load/zmq_endpoint.hpp"

namespace fanfare::load {
namespace {

// A subscription is a prefix.
constexpr Spelling kSpelling{"bench.load", {"bench.load", "bench.", "bench", "ben"}, "own."};

class ProxyPublisher : public Publisher {
 public:
  ProxyPublisher(zmq::context_t& context, const Work& work) : endpoint_(context, zmq::socket_type::pub) {
    endpoint_.socket().connect(work.addresses.at(0));
  }

  void progress() override {}
  [[nodiscard]] std::uint64_t acknowledged() const override { return sent_; }
  [[nodiscard]] zmq_pollitem_t interest() const override {
    auto item = endpoint_.interest();
    item.events = 0;  // it takes everything and answers nothing
    return item;
  }

 protected:
  void send(zmq::message_t message, std::uint64_t messages) {
    endpoint_.send(std::move(message));
    sent_ += messages;
  }

 private:
  ZmqEndpoint endpoint_;
  std::uint64_t sent_ = 0;
};

class SinglePublisher final : public ProxyPublisher {
 public:
  SinglePublisher(zmq::context_t& context, const Work& work)
      : ProxyPublisher(context, work),
        block_({.head = std::string(kSpelling.topic)}, work.size, work.messages_of_a_frame()) {}

  std::uint64_t publish(std::uint64_t first, std::uint64_t count) override {
    const auto taken = std::min(count, block_.capacity());
    block_.stamp(first, taken);
    for (std::uint64_t index = 0; index < taken; ++index) send({block_.message(index), block_.stride()}, 1);
    return taken;
  }

 private:
  MessageBlock block_;
};

class FramesPublisher final : public ProxyPublisher {
 public:
  FramesPublisher(zmq::context_t& context, FramePool& frames, const Work& work)
      : ProxyPublisher(context, work), frames_(frames) {}

  std::uint64_t publish(std::uint64_t first, std::uint64_t count) override {
    auto& frame = frames_.take();
    const auto taken = std::min(count, frame.block.capacity());
    send(FramePool::message_of(frame, frame.block.stamp(first, taken)), taken);
    return taken;
  }

 private:
  FramePool& frames_;
};

class ProxySubscriber final : public Subscriber {
 public:
  ProxySubscriber(zmq::context_t& context, const Work& work, std::size_t index, bool framed)
      : endpoint_(context, zmq::socket_type::sub), framed_(framed) {
    endpoint_.socket().connect(work.addresses.at(1));
    for (const auto& prefix : patterns_of(kSpelling, index, work.different_patterns)) {
      endpoint_.socket().set(zmq::sockopt::subscribe, prefix);
    }
  }

  void receive(Inbox& inbox) override {
    while (endpoint_.receive(message_)) {
      auto rest = message_.to_string_view();
      rest.remove_prefix(std::min(rest.size(), kSpelling.topic.size()));
      if (framed_) {
        take_frame(rest, inbox);
      } else {
        inbox.take(rest);
      }
    }
  }

  [[nodiscard]] zmq_pollitem_t interest() const override { return endpoint_.interest(); }

 private:
  static void take_frame(std::string_view rest, Inbox& inbox) {
    while (rest.size() >= sizeof(std::uint32_t)) {
      const auto size = protocol::load<std::uint32_t>(rest.data());
      rest.remove_prefix(sizeof size);
      if (size > rest.size()) throw std::runtime_error("a frame ends within a message");
      inbox.take(rest.substr(0, size));
      rest.remove_prefix(size);
    }
  }

  ZmqEndpoint endpoint_;
  zmq::message_t message_;
  bool framed_;
};

class ZmqProxy final : public System {
 public:
  ZmqProxy(const Work& work, bool framed)
      : work_(work), framed_(framed), frames_([work] { return make_block(work); }) {}

  std::unique_ptr<Publisher> publisher() override {
    if (framed_) return std::make_unique<FramesPublisher>(context_, frames_, work_);
    return std::make_unique<SinglePublisher>(context_, work_);
  }
  std::unique_ptr<Subscriber> subscriber(std::size_t index) override {
    return std::make_unique<ProxySubscriber>(context_, work_, index, framed_);
  }

 private:
  static MessageBlock make_block(const Work& work) {
    std::string size(sizeof(std::uint32_t), '\0');
    protocol::store(size.data(), static_cast<std::uint32_t>(work.size));
    return {{.prefix = std::string(kSpelling.topic), .head = size}, work.size, work.messages_of_a_frame()};
  }

  Work work_;
  bool framed_;
  FramePool frames_;  // outlives the context, which gives frames back until it has ended
  zmq::context_t context_;
};

}  // namespace

std::unique_ptr<System> make_zmq_proxy(const Work& work) { return std::make_unique<ZmqProxy>(work, false); }
std::unique_ptr<System> make_zmq_proxy_frames(const Work& work) { return std::make_unique<ZmqProxy>(work, true); }

}  // namespace fanfare::load
