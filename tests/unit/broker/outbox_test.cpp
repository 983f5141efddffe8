#include "broker/core/outbox.hpp"

#include <gtest/gtest.h>

#include "protocol/record.hpp"

namespace fanfare::broker::core {
namespace {

TopicPtr make_topic(std::uint32_t number) {
  auto made = std::make_shared<Topic>();
  made->name = "t." + std::to_string(number);
  made->number = number | protocol::kEphemeralTopic;
  return made;
}

SharedBatch batch(const TopicPtr& topic, std::size_t payload = 1) {
  auto made = std::make_shared<DeliveryBatch>(protocol::kNoStream, Uuid{});
  protocol::append_record(made->bytes(), {.topic = topic->number, .publisher = "p"}, 0, 0, std::string(payload, 'x'));
  made->added(topic, 0);
  made->seal(0);
  return made;
}

/// Of a stream.
SharedBatch batch_of(const TopicPtr& topic, std::uint64_t sequence, std::size_t payload) {
  auto made = std::make_shared<DeliveryBatch>(protocol::StreamNumber{1}, Uuid{});
  const protocol::RecordHeader record{.topic = topic->number, .sequence = sequence, .publisher = "p"};
  protocol::append_record(made->bytes(), record, 0, 0, std::string(payload, 'x'));
  made->added(topic, sequence);
  made->seal(sequence);
  return made;
}

/// Types of all commands that a flush sends, and how many frames it took.
struct Sent {
  explicit Sent(Outbox& outbox) {
    outbox.flush([this](SharedFrame frame) {
      frames.push_back(frame);
      protocol::FrameReader reader(*frame);
      while (const auto raw = reader.next()) types.push_back(raw->type);
    });
  }
  std::vector<SharedFrame> frames;
  std::vector<protocol::CommandType> types;
};

using protocol::CommandType;

/// The positions up to which the deliveries of a flush go.
std::vector<std::uint64_t> through(const Sent& sent) {
  std::vector<std::uint64_t> all;
  for (const auto& frame : sent.frames) {
    protocol::FrameReader reader(*frame);
    while (const auto raw = reader.next()) {
      if (raw->type != CommandType::deliver) continue;
      all.push_back(protocol::decode<protocol::Deliver>(raw->body)->through);
    }
  }
  return all;
}

TEST(Outbox, SharesTheFrameOfALargeBatchWithoutCopyingIt) {
  Outbox outbox(1U << 24U);
  EXPECT_TRUE(outbox.credit(0, 1U << 24U));
  const auto large = batch(make_topic(1), 100'000);
  outbox.push_batch(large);
  const Sent sent(outbox);
  ASSERT_EQ(sent.frames.size(), 2U);  // the announcement goes before, in a frame of its own
  EXPECT_EQ(sent.frames[1].get(), &large->frame());
  EXPECT_EQ(sent.types, (std::vector<CommandType>{CommandType::topic, CommandType::deliver}));
}

TEST(Outbox, PutsSmallThingsIntoOneFrame) {
  Outbox outbox(1U << 24U);
  EXPECT_TRUE(outbox.credit(0, 1U << 24U));
  const auto t = make_topic(1);
  outbox.push_batch(batch(t));
  outbox.push_free(protocol::Pong{});
  outbox.push_batch(batch(t));
  const Sent sent(outbox);
  EXPECT_EQ(sent.frames.size(), 1U);
  EXPECT_EQ(sent.types, (std::vector<CommandType>{CommandType::pong, CommandType::topic, CommandType::deliver,
                                                  CommandType::deliver}));
}

TEST(Outbox, AnnouncesATopicAgainAfterItWasForgotten) {
  Outbox outbox(1U << 24U);
  EXPECT_TRUE(outbox.credit(0, 1U << 24U));
  const auto t = make_topic(1);
  outbox.push_batch(batch(t));
  outbox.push_forget(t);
  outbox.push_forget(make_topic(2));  // never announced: not sent
  outbox.push_batch(batch(t));
  EXPECT_EQ(Sent(outbox).types, (std::vector<CommandType>{CommandType::topic, CommandType::deliver, CommandType::forget,
                                                          CommandType::topic, CommandType::deliver}));
}

TEST(Outbox, KeepsWhatGoesAgainBeforeWhatWasReadBack) {
  Outbox outbox(3'000);
  outbox.begin(1U << 20U);
  const auto topic = make_topic(1);
  outbox.push_batch(batch_of(topic, 1, 1'000));
  outbox.push_batch(batch_of(topic, 2, 1'000));
  EXPECT_EQ(through(Sent(outbox)), (std::vector<std::uint64_t>{1, 2}));
  outbox.push_read(batch_of(topic, 3, 1'000));
  EXPECT_EQ(through(Sent(outbox)), (std::vector<std::uint64_t>{3}));

  ASSERT_TRUE(outbox.resume(1, 1U << 20U));
  outbox.push_batch(batch_of(topic, 4, 1'000));
  outbox.push_batch(batch_of(topic, 5, 1'000));
  const auto spills = outbox.take_spills();
  ASSERT_EQ(spills.size(), 1U);
  EXPECT_EQ(spills[0].position.sequence, 3U);
  EXPECT_EQ(through(Sent(outbox)), (std::vector<std::uint64_t>{2, 3}));
}

TEST(Outbox, ForgetsAllBeforeASessionKnowsMoreThan65536Topics) {
  Outbox outbox(1U << 30U);
  EXPECT_TRUE(outbox.credit(0, 1U << 30U));
  std::size_t forgets = 0;
  std::size_t known = 0;
  for (std::uint32_t i = 0; i < 70'000; ++i) {
    outbox.push_batch(batch(make_topic(i)));
    const Sent sent(outbox);
    for (const auto type : sent.types) {
      if (type == CommandType::forget) {
        ++forgets;
        known = 0;
      }
      if (type == CommandType::topic) ++known;
      ASSERT_LE(known, protocol::kMaxTopicNumbers);
    }
  }
  EXPECT_EQ(forgets, 1U);
}

}  // namespace
}  // namespace fanfare::broker::core
