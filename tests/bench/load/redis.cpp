// redis-server's PUBLISH and SUBSCRIBE in its own protocol over a plain socket, pipelined: a block of commands at once,
// each still answered. https://redis.io/docs/reference/protocol-spec

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

constexpr auto kPatience = 5s;
constexpr std::string_view kEnd = "\r\n";
constexpr Spelling kSpelling{"bench.load", {"bench.load", "bench.*", "bench*", "*.load"}, "own."};

std::string bulk_head(std::size_t size) { return "$" + std::to_string(size) + "\r\n"; }
std::string bulk(std::string_view text) { return bulk_head(text.size()).append(text).append(kEnd); }

class RedisPublisher final : public Publisher {
 public:
  explicit RedisPublisher(const Work& work)
      : socket_(work.addresses.at(0)),
        block_({.head = "*3\r\n" + bulk("PUBLISH") + bulk(kSpelling.topic) + bulk_head(work.size),
                .tail = std::string(kEnd)},
               work.size, work.messages_of_a_frame()) {}

  std::uint64_t publish(std::uint64_t first, std::uint64_t count) override {
    if (!socket_.is_idle()) return 0;
    const auto taken = std::min(count, block_.capacity());
    socket_.send_block(block_.stamp(first, taken));
    return taken;
  }

  void progress() override {
    socket_.flush();
    if (!socket_.fill()) return;
    // An integer for each: how many it was handed to.
    auto rest = socket_.input();
    for (auto end = rest.find('\n'); end != std::string_view::npos; end = rest.find('\n')) {
      if (!rest.starts_with(':')) throw std::runtime_error("redis says " + std::string(rest.substr(0, end)));
      ++acknowledged_;
      rest.remove_prefix(end + 1);
    }
    socket_.consume(socket_.input().size() - rest.size());
  }

  [[nodiscard]] std::uint64_t acknowledged() const override { return acknowledged_; }
  [[nodiscard]] zmq_pollitem_t interest() const override { return socket_.interest(); }

 private:
  StreamSocket socket_;
  MessageBlock block_;
  std::uint64_t acknowledged_ = 0;
};

class RedisSubscriber final : public Subscriber {
 public:
  RedisSubscriber(const Work& work, std::size_t index) : socket_(work.addresses.at(0)), size_(work.size) {
    const auto patterns = patterns_of(kSpelling, index, work.different_patterns);
    for (const auto& pattern : patterns) subscribe(pattern);
    // What a message looks like up to its payload: all of them are of one topic and size.
    const auto& matching = patterns.front();
    head_ = matching.find('*') == std::string::npos ? "*3\r\n" + bulk("message")
                                                    : "*4\r\n" + bulk("pmessage") + bulk(matching);
    head_ += bulk(kSpelling.topic) + bulk_head(size_);
  }

  void receive(Inbox& inbox) override {
    const auto whole = head_.size() + size_ + kEnd.size();
    while (socket_.fill()) {
      auto rest = socket_.input();
      while (rest.size() >= whole) {
        if (!rest.starts_with(head_)) throw std::runtime_error("redis says " + std::string(rest.substr(0, whole)));
        inbox.take(rest.substr(head_.size(), size_));
        rest.remove_prefix(whole);
      }
      socket_.consume(socket_.input().size() - rest.size());
      if (socket_.is_drained()) break;
    }
  }

  [[nodiscard]] zmq_pollitem_t interest() const override { return socket_.interest(); }

 private:
  void subscribe(const std::string& pattern) {
    const bool is_pattern = pattern.find('*') != std::string::npos;
    socket_.send_small("*2\r\n" + bulk(is_pattern ? "PSUBSCRIBE" : "SUBSCRIBE") + bulk(pattern));
    // The answer repeats the pattern and counts the subscriptions.
    const auto answer = "*3\r\n" + bulk(is_pattern ? "psubscribe" : "subscribe") + bulk(pattern) + ":";
    socket_.wait_for(
        [&] {
          const auto end = socket_.input().rfind(kEnd);
          if (end == std::string_view::npos || socket_.input().size() <= answer.size()) return false;
          if (!socket_.input().starts_with(answer)) throw std::runtime_error("redis does not subscribe");
          socket_.consume(end + kEnd.size());
          return true;
        },
        kPatience);
  }

  StreamSocket socket_;
  std::size_t size_;
  std::string head_;
};

class Redis final : public System {
 public:
  explicit Redis(const Work& work) : work_(work) {}
  std::unique_ptr<Publisher> publisher() override { return std::make_unique<RedisPublisher>(work_); }
  std::unique_ptr<Subscriber> subscriber(std::size_t index) override {
    return std::make_unique<RedisSubscriber>(work_, index);
  }

 private:
  Work work_;
};

}  // namespace

std::unique_ptr<System> make_redis(const Work& work) { return std::make_unique<Redis>(work); }

}  // namespace fanfare::load
