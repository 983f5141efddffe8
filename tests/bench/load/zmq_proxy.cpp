// A bare zmq_proxy between PUB and SUB: what ZeroMQ costs without a broker's work. Once with a message in each frame,
// as everybody begins with it; once with many, as whoever wants speed does.

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>

#include "protocol/wire.hpp"
#include "tests/bench/load/message_block.hpp"
#include "tests/bench/load/patterns.hpp"
#include "tests/bench/load/stream_socket.hpp"
#include "tests/bench/load/systems.hpp"
#include "tests/bench/load/zmtp.hpp"

namespace fanfare::load {
namespace {

// A subscription is a prefix.
constexpr Spelling kSpelling{"bench.load", {"bench.load", "bench.", "bench", "ben"}, "own."};

class ProxyPublisher : public Publisher {
 public:
  explicit ProxyPublisher(const Work& work) : socket_(connect_zmtp(work.addresses.at(0), "PUB")) {}

  void progress() override {
    socket_.flush();
    // The subscriptions: the XSUB socket filters as well, so they are not looked at.
    if (socket_.fill()) socket_.consume(socket_.input().size());
  }

  [[nodiscard]] std::uint64_t acknowledged() const override { return sent_; }
  [[nodiscard]] zmq_pollitem_t interest() const override { return socket_.interest(); }

 protected:
  template <class Block>
  std::uint64_t publish_from(Block& block, std::uint64_t first, std::uint64_t count) {
    if (!socket_.is_idle()) return 0;
    const auto taken = std::min(count, block.capacity());
    socket_.send_block(block.stamp(first, taken));
    sent_ += taken;
    return taken;
  }

 private:
  StreamSocket socket_;
  std::uint64_t sent_ = 0;
};

class SinglePublisher final : public ProxyPublisher {
 public:
  explicit SinglePublisher(const Work& work)
      : ProxyPublisher(work),
        block_({.head = zmtp_head(kSpelling.topic.size() + work.size).append(kSpelling.topic)}, work.size,
               work.messages_of_a_frame()) {}

  std::uint64_t publish(std::uint64_t first, std::uint64_t count) override {
    return publish_from(block_, first, count);
  }

 private:
  MessageBlock block_;
};

class FramesPublisher final : public ProxyPublisher {
 public:
  explicit FramesPublisher(const Work& work)
      : ProxyPublisher(work),
        block_({.prefix = std::string(kSpelling.topic), .head = size_before(work.size)}, work.size,
               work.messages_of_a_frame()) {}

  std::uint64_t publish(std::uint64_t first, std::uint64_t count) override {
    return publish_from(block_, first, count);
  }

 private:
  static std::string size_before(std::size_t payload) {
    std::string size(sizeof(std::uint32_t), '\0');
    protocol::store(size.data(), static_cast<std::uint32_t>(payload));
    return size;
  }

  ZmtpBlock block_;
};

class ProxySubscriber final : public Subscriber {
 public:
  ProxySubscriber(const Work& work, std::size_t index, bool framed)
      : socket_(connect_zmtp(work.addresses.at(1), "SUB")), framed_(framed) {
    for (const auto& prefix : patterns_of(kSpelling, index, work.different_patterns)) {
      const auto subscription = "\x01" + prefix;
      socket_.send_small(zmtp_head(subscription.size()) + subscription);
    }
    socket_.flush();
  }

  void receive(Inbox& inbox) override {
    while (socket_.fill()) {
      auto rest = socket_.input();
      while (left_ > 0 ? take_framed(rest, inbox) : take_message(rest, inbox)) {
      }
      socket_.consume(socket_.input().size() - rest.size());
      if (socket_.is_drained()) break;
    }
    socket_.flush();
  }

  [[nodiscard]] zmq_pollitem_t interest() const override { return socket_.interest(); }

 private:
  /// A whole message; of one with many in it only the beginning.
  bool take_message(std::string_view& rest, Inbox& inbox) {
    auto after = rest;
    const auto size = take_zmtp_head(after);
    if (!size || after.size() < (framed_ ? kSpelling.topic.size() : *size)) return false;
    if (*size < kSpelling.topic.size()) throw std::runtime_error("a message has no topic");
    const auto payload = *size - kSpelling.topic.size();
    after.remove_prefix(kSpelling.topic.size());
    if (framed_) {
      left_ = payload;
    } else {
      inbox.take(after.substr(0, payload));
      after.remove_prefix(payload);
    }
    rest = after;
    return true;
  }

  bool take_framed(std::string_view& rest, Inbox& inbox) {
    if (rest.size() < sizeof(std::uint32_t)) return false;
    const auto size = protocol::load<std::uint32_t>(rest.data());
    const auto whole = sizeof size + size;
    if (whole > left_) throw std::runtime_error("a frame ends within a message");
    if (rest.size() < whole) return false;
    inbox.take(rest.substr(sizeof size, size));
    rest.remove_prefix(whole);
    left_ -= whole;
    return true;
  }

  StreamSocket socket_;
  bool framed_;
  std::size_t left_ = 0;  // of the ZMTP message that has begun
};

class ZmqProxy final : public System {
 public:
  ZmqProxy(const Work& work, bool framed) : work_(work), framed_(framed) {}

  std::unique_ptr<Publisher> publisher() override {
    if (framed_) return std::make_unique<FramesPublisher>(work_);
    return std::make_unique<SinglePublisher>(work_);
  }
  std::unique_ptr<Subscriber> subscriber(std::size_t index) override {
    return std::make_unique<ProxySubscriber>(work_, index, framed_);
  }

 private:
  Work work_;
  bool framed_;
};

}  // namespace

std::unique_ptr<System> make_zmq_proxy(const Work& work) { return std::make_unique<ZmqProxy>(work, false); }
std::unique_ptr<System> make_zmq_proxy_frames(const Work& work) { return std::make_unique<ZmqProxy>(work, true); }

}  // namespace fanfare::load
