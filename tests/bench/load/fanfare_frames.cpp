// Fanfare in frames built with protocol/: what a client costs that does nothing but send and count.

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>

#include "protocol/record.hpp"
#include "tests/bench/load/fanfare_connection.hpp"
#include "tests/bench/load/frame_pool.hpp"
#include "tests/bench/load/patterns.hpp"
#include "tests/bench/load/systems.hpp"

namespace fanfare::load {
namespace {

using protocol::CommandType;

constexpr Spelling kSpelling{"bench.load", {"bench.load", "bench.*", "bench.>", "*.load"}, "own."};
constexpr std::uint32_t kTopicNumber = 1;
constexpr std::size_t kRequestAt = protocol::kCommandHeaderSize;  // PUBLISH's first field

/// A frame of PUBLISH commands; head is all of a command but its payload.
MessageBlock make_block(const Work& work) {
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
  FramesPublisher(zmq::context_t& context, FramePool& frames, const Work& work)
      : connection_(context, work, topic_command(), 0), frames_(frames) {}

  std::uint64_t publish(std::uint64_t first, std::uint64_t count) override {
    auto& frame = frames_.take();
    auto& block = frame.block;
    const auto taken = std::min(count, block.capacity());
    const auto bytes = taken * block.stride();
    if (connection_.room() < bytes) return 0;
    const auto view = block.stamp(first, taken);
    for (std::uint64_t index = 0; index < taken; ++index) {
      protocol::store(block.message(index) + kRequestAt, ++request_);
    }
    if (!connection_.send(FramePool::message_of(frame, view), bytes)) throw std::runtime_error("connection lost");
    return taken;
  }

  void progress() override {
    connection_.receive([this](const protocol::RawCommand& command) {
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
  FramePool& frames_;
  std::uint64_t request_ = 0;
  std::uint64_t acknowledged_ = 0;
};

class FramesSubscriber final : public Subscriber {
 public:
  FramesSubscriber(zmq::context_t& context, const Work& work, const std::vector<std::string>& patterns)
      : connection_(context, work, subscribe_commands(patterns), static_cast<int>(patterns.size())) {}

  void receive(Inbox& inbox) override {
    connection_.receive([&](const protocol::RawCommand& command) {
      if (command.type == CommandType::deliver) take_delivery(command.body, inbox);
    });
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

  static void take_delivery(std::string_view body, Inbox& inbox) {
    const auto delivery = protocol::decode<protocol::Deliver>(body);
    if (!delivery) throw std::runtime_error("the broker sent a malformed DELIVER");
    std::string_view rest = delivery->records;
    for (auto left = delivery->count; left > 0; --left) {
      const auto record = protocol::next_record(rest);
      if (!record) throw std::runtime_error("the broker sent a malformed record");
      inbox.take(record->content.payload);
    }
  }

  FanfareConnection connection_;
};

class FanfareFrames final : public System {
 public:
  explicit FanfareFrames(const Work& work) : work_(work), frames_([work] { return make_block(work); }) {}

  std::unique_ptr<Publisher> publisher() override {
    return std::make_unique<FramesPublisher>(context_, frames_, work_);
  }
  std::unique_ptr<Subscriber> subscriber(std::size_t index) override {
    return std::make_unique<FramesSubscriber>(context_, work_, patterns_of(kSpelling, index, work_.different_patterns));
  }

 private:
  Work work_;
  FramePool frames_;  // outlives the context, which gives frames back until it has ended
  zmq::context_t context_;
};

}  // namespace

std::unique_ptr<System> make_fanfare_frames(const Work& work) { return std::make_unique<FanfareFrames>(work); }

}  // namespace fanfare::load
