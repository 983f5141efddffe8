// Fanfare in frames built with protocol/ over a plain socket: a client that does nothing but send and count, as those
// of the peers.

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>

#include "protocol/frame.hpp"
#include "tests/bench/load/fanfare_connection.hpp"
#include "tests/bench/load/patterns.hpp"
#include "tests/bench/load/systems.hpp"
#include "tests/bench/load/zmtp.hpp"

namespace fanfare::load {
namespace {

using protocol::CommandType;

constexpr Spelling kSpelling{"bench.load", {"bench.load", "bench.*", "bench.>", "*.load"}, "own."};
constexpr std::uint32_t kTopicNumber = 1;
constexpr std::size_t kRequestAt = protocol::kCommandHeaderSize;  // PUBLISH's first field

/// A frame of PUBLISH commands; head is all of a command but its payload.
ZmtpBlock make_block(const Work& work) {
  std::string command;
  const std::string payload(work.size, 'x');
  protocol::append_command(command, protocol::Publish{.topic = kTopicNumber, .content = std::string_view(payload)});
  command.resize(command.size() - work.size);
  return {{.prefix = std::string(protocol::kFrameHeader), .head = std::move(command)},
          work.size,
          work.messages_of_a_frame()};
}

std::string topic_command() {
  std::string command;
  protocol::append_command(command, protocol::Topic{.number = kTopicNumber, .name = kSpelling.topic});
  return command;
}

class FramesPublisher final : public Publisher {
 public:
  explicit FramesPublisher(const Work& work) : connection_(work, topic_command(), 0), block_(make_block(work)) {}

  std::uint64_t publish(std::uint64_t first, std::uint64_t count) override {
    const auto taken = std::min(count, block_.capacity());
    const auto data_bytes = taken * block_.stride();
    if (!connection_.has_room_for(data_bytes)) return 0;
    const auto message = block_.stamp(first, taken);
    for (std::uint64_t index = 0; index < taken; ++index) {
      protocol::store(block_.message(index) + kRequestAt, ++request_);
    }
    connection_.send(message, data_bytes);
    return taken;
  }

  void progress() override {
    connection_.receive([](std::string_view) {},
                        [this](const protocol::RawCommand& command) {
                          if (command.type != CommandType::puback) return;
                          const auto acks = protocol::decode<protocol::Puback>(command.body);
                          if (!acks) throw std::runtime_error("the broker sent a malformed PUBACK");
                          for (const auto& range : acks->ranges) acknowledged_ += range.count;
                        });
  }

  [[nodiscard]] std::uint64_t acknowledged() const override { return acknowledged_; }
  [[nodiscard]] zmq_pollitem_t interest() const override { return connection_.interest(); }

 private:
  FanfareConnection connection_;
  ZmtpBlock block_;
  std::uint64_t request_ = 0;
  std::uint64_t acknowledged_ = 0;
};

class FramesSubscriber final : public Subscriber {
 public:
  FramesSubscriber(const Work& work, const std::vector<std::string>& patterns)
      : connection_(work, subscribe_commands(patterns), static_cast<int>(patterns.size())) {}

  void receive(Inbox& inbox) override {
    connection_.receive([&](std::string_view payload) { inbox.take(payload); }, [](const protocol::RawCommand&) {});
  }

  [[nodiscard]] zmq_pollitem_t interest() const override { return connection_.interest(); }

 private:
  static std::string subscribe_commands(const std::vector<std::string>& patterns) {
    std::string commands;
    std::uint32_t number = 0;
    for (const auto& pattern : patterns) {
      ++number;
      protocol::append_command(
          commands, protocol::Subscribe{.request = number, .handle = number, .pattern = std::string_view(pattern)});
    }
    return commands;
  }

  FanfareConnection connection_;
};

class FanfareFrames final : public System {
 public:
  explicit FanfareFrames(const Work& work) : work_(work) {}

  std::unique_ptr<Publisher> publisher() override { return std::make_unique<FramesPublisher>(work_); }
  std::unique_ptr<Subscriber> subscriber(std::size_t index) override {
    return std::make_unique<FramesSubscriber>(work_, patterns_of(kSpelling, index, work_.different_patterns));
  }

 private:
  Work work_;
};

}  // namespace

std::unique_ptr<System> make_fanfare_frames(const Work& work) { return std::make_unique<FanfareFrames>(work); }

}  // namespace fanfare::load
