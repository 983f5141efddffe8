#include "tests/bench/load/frame_walker.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

#include "protocol/commands.hpp"
#include "protocol/record.hpp"

namespace fanfare::load {
namespace {

using protocol::CommandType;

/// What a walker has said, in its order.
struct Said {
  std::vector<std::string> words;

  void command(const protocol::RawCommand& command) {
    words.push_back("command " + std::to_string(static_cast<int>(command.type)));
  }
  void payload(std::string_view payload) { words.push_back("payload " + std::string(payload)); }
  void delivered(std::size_t size) { words.push_back("delivered " + std::to_string(size)); }

  bool operator==(const Said&) const = default;
};

std::string records_of(int count) {
  std::string records;
  for (int number = 0; number < count; ++number) {
    const auto content = "actor" + std::string("payload ") + std::to_string(number);
    protocol::append_record(records, {.topic = 7, .publisher = "local"}, 5, 0, content);
  }
  return records;
}

std::string deliver_of(int count, const std::string& records) {
  std::string command;
  protocol::append_command(
      command, protocol::Deliver{.count = static_cast<std::uint32_t>(count), .records = std::string_view(records)});
  return command;
}

std::string message_of(const std::string& commands) {
  const auto frame = std::string(protocol::kFrameHeader) + commands;
  return zmtp_head(frame.size()) + frame;
}

/// Frames with everything: other commands around a DELIVER, an empty one, more than 255 bytes, none at all.
std::string conversation() {
  std::string credit;
  protocol::append_command(credit, protocol::Credit{.received = 1, .limit = 2});
  return message_of(credit) + message_of(deliver_of(20, records_of(20)) + credit) + message_of("") +
         message_of(deliver_of(0, "") + deliver_of(1, records_of(1)));
}

}  // namespace

TEST(FrameWalker, SaysWhatIsInTheFramesInTheirOrder) {
  FrameWalker walker;
  Said said;
  const auto input = message_of(deliver_of(2, records_of(2)));
  EXPECT_EQ(walker.walk(input, said), input.size());
  EXPECT_EQ(said.words, (std::vector<std::string>{"payload payload 0", "payload payload 1",
                                                  "delivered " + std::to_string(deliver_of(2, records_of(2)).size())}));
}

TEST(FrameWalker, SaysTheSameWhateverPiecesTheyComeIn) {
  const auto input = conversation();
  Said whole;
  FrameWalker walker_of_all;
  ASSERT_EQ(walker_of_all.walk(input, whole), input.size());

  for (unsigned seed = 0; seed < 200; ++seed) {
    std::mt19937 chance(seed);
    FrameWalker walker;
    Said said;
    std::string buffer;
    for (std::size_t at = 0; at < input.size();) {
      const auto piece = std::min(input.size() - at, 1 + chance() % 60);
      buffer.append(input, at, piece);
      at += piece;
      buffer.erase(0, walker.walk(buffer, said));
    }
    EXPECT_TRUE(buffer.empty()) << "seed " << seed;
    EXPECT_EQ(said.words, whole.words) << "seed " << seed;
  }
}

TEST(FrameWalker, RefusesARecordThatIsLargerThanItsDelivery) {
  auto records = records_of(1);
  protocol::store(records.data(), static_cast<std::uint32_t>(records.size() + 1));
  FrameWalker walker;
  Said said;
  EXPECT_THROW(walker.walk(message_of(deliver_of(1, records)), said), std::runtime_error);
}

TEST(FrameWalker, RefusesADeliveryWithMoreThanItCounts) {
  FrameWalker walker;
  Said said;
  EXPECT_THROW(walker.walk(message_of(deliver_of(1, records_of(2))), said), std::runtime_error);
}

TEST(FrameWalker, RefusesACommandThatIsLargerThanItsFrame) {
  auto command = deliver_of(0, "");
  protocol::store(command.data(), std::uint32_t{1'000});
  FrameWalker walker;
  Said said;
  EXPECT_THROW(walker.walk(message_of(command), said), std::runtime_error);
}

TEST(FrameWalker, RefusesWhatIsNoFrame) {
  FrameWalker walker;
  Said said;
  EXPECT_THROW(walker.walk(zmtp_head(4) + "GET ", said), std::runtime_error);
  EXPECT_THROW(walker.walk(zmtp_head(2) + std::string(protocol::kFrameHeader), said), std::runtime_error);
}

}  // namespace fanfare::load
