// nats-server, core, in its own protocol over a plain socket: PUB and MSG lines, as lean as they can be made and read.
// https://docs.nats.io/reference/reference-protocols/nats-protocol

#include <algorithm>
#include <charconv>
#include <stdexcept>
#include <string>

#include "tests/bench/load/message_block.hpp"
#include "tests/bench/load/patterns.hpp"
#include "tests/bench/load/stream_socket.hpp"
#include "tests/bench/load/systems.hpp"

namespace fanfare::load {
namespace {

using namespace std::chrono_literals;
using namespace std::string_literals;

constexpr auto kPatience = 5s;
constexpr std::string_view kEnd = "\r\n";
constexpr Spelling kSpelling{"bench.load", {"bench.load", "bench.*", "bench.>", "*.load"}, "own."};

/// What both ends do: the greeting, and whatever is no message.
class NatsConnection {
 public:
  explicit NatsConnection(const std::string& address) : socket_(address) {
    socket_.send_small(R"(CONNECT {"verbose":false,"pedantic":false,"lang":"c++","version":"1","protocol":1})"s +
                       "\r\n");
  }

  StreamSocket& socket() { return socket_; }
  [[nodiscard]] const StreamSocket& socket() const { return socket_; }

  /// The server has done everything that was sent before.
  void synchronise() {
    socket_.send_small("PING\r\n");
    socket_.wait_for([this] { return take_lines() > 0; }, kPatience);
  }

  /// Consumes lines up to the first that is a message or not whole; returns how many PONG were among them.
  int take_lines() {
    int pongs = 0;
    while (!socket_.input().starts_with("MSG ")) {
      const auto end = socket_.input().find(kEnd);
      if (end == std::string_view::npos) break;
      const auto line = socket_.input().substr(0, end);
      if (line.starts_with("-ERR")) throw std::runtime_error("nats-server says " + std::string(line));
      if (line == "PONG") ++pongs;
      if (line == "PING") socket_.send_small("PONG\r\n");
      socket_.consume(end + kEnd.size());
    }
    return pongs;
  }

 private:
  StreamSocket socket_;
};

class NatsPublisher final : public Publisher {
 public:
  explicit NatsPublisher(const Work& work)
      : connection_(work.addresses.at(0)),
        block_({.head = "PUB " + std::string(kSpelling.topic) + " " + std::to_string(work.size) + "\r\n",
                .tail = std::string(kEnd)},
               work.size, work.messages_of_a_frame()) {
    connection_.synchronise();
  }

  std::uint64_t publish(std::uint64_t first, std::uint64_t count) override {
    if (!connection_.socket().is_idle()) return 0;
    const auto taken = std::min(count, block_.capacity());
    connection_.socket().send_block(block_.stamp(first, taken));
    sent_ += taken;
    return taken;
  }

  void progress() override {
    connection_.socket().flush();
    if (connection_.socket().fill()) connection_.take_lines();
  }

  [[nodiscard]] std::uint64_t acknowledged() const override { return sent_; }
  [[nodiscard]] zmq_pollitem_t interest() const override { return connection_.socket().interest(); }

 private:
  NatsConnection connection_;
  MessageBlock block_;
  std::uint64_t sent_ = 0;
};

class NatsSubscriber final : public Subscriber {
 public:
  NatsSubscriber(const Work& work, std::size_t index) : connection_(work.addresses.at(0)) {
    int id = 0;
    for (const auto& pattern : patterns_of(kSpelling, index, work.different_patterns)) {
      connection_.socket().send_small("SUB " + pattern + " " + std::to_string(++id) + "\r\n");
    }
    connection_.synchronise();
  }

  void receive(Inbox& inbox) override {
    while (connection_.socket().fill()) {
      while (take_message(inbox)) {
      }
      if (connection_.socket().is_drained()) break;
    }
    connection_.socket().flush();
  }

  [[nodiscard]] zmq_pollitem_t interest() const override { return connection_.socket().interest(); }

 private:
  bool take_message(Inbox& inbox) {
    auto& socket = connection_.socket();
    const auto input = socket.input();
    // All heads are the same as long as topic and size are: it is read once, then compared.
    if (head_.empty() || !input.starts_with(head_)) {
      connection_.take_lines();
      return read_head();
    }
    const auto whole = head_.size() + payload_size_ + kEnd.size();
    if (input.size() < whole) return false;
    inbox.take(input.substr(head_.size(), payload_size_));
    socket.consume(whole);
    return true;
  }

  /// MSG <subject> <sid> [reply-to] <#bytes>; false when there is none, or not whole.
  bool read_head() {
    const auto input = connection_.socket().input();
    const auto end = input.find(kEnd);
    if (!input.starts_with("MSG ") || end == std::string_view::npos) return false;
    const auto last = input.substr(0, end).rfind(' ') + 1;
    if (std::from_chars(input.data() + last, input.data() + end, payload_size_).ptr != input.data() + end) {
      throw std::runtime_error("not a MSG line");
    }
    head_ = input.substr(0, end + kEnd.size());
    return true;
  }

  NatsConnection connection_;
  std::string head_;
  std::size_t payload_size_ = 0;
};

class Nats final : public System {
 public:
  explicit Nats(const Work& work) : work_(work) {}
  std::unique_ptr<Publisher> publisher() override { return std::make_unique<NatsPublisher>(work_); }
  std::unique_ptr<Subscriber> subscriber(std::size_t index) override {
    return std::make_unique<NatsSubscriber>(work_, index);
  }

 private:
  Work work_;
};

}  // namespace

std::unique_ptr<System> make_nats(const Work& work) { return std::make_unique<Nats>(work); }

}  // namespace fanfare::load
