#include "frontends/websocket/server/outbound_queue.hpp"

#include <gtest/gtest.h>

namespace fanfare::frontends::websocket::server {
namespace {

protocol::Line line(std::size_t size) { return protocol::Line(std::string(size - 1, 'x')); }

TEST(OutboundQueue, TakesWhatFits) {
  OutboundQueue queue(100);
  EXPECT_TRUE(queue.push(line(60)));
  EXPECT_TRUE(queue.push(line(40)));
  EXPECT_FALSE(queue.push(line(1)));
}

TEST(OutboundQueue, WhatIsBeingWrittenCounts) {
  OutboundQueue queue(100);
  ASSERT_TRUE(queue.push(line(100)));
  EXPECT_EQ(queue.take_frame().size(), 1U);
  EXPECT_FALSE(queue.push(line(1)));
  queue.sent();
  EXPECT_TRUE(queue.push(line(100)));
}

TEST(OutboundQueue, ALineOfAnySizeFitsAnEmptyQueue) {
  OutboundQueue queue(100);
  EXPECT_TRUE(queue.push(line(1000)));
  EXPECT_FALSE(queue.push(line(1)));
}

TEST(OutboundQueue, AFrameHoldsAsMuchAsOneWriteTakes) {
  OutboundQueue queue(1U << 20U);
  for (int i = 0; i < 70; ++i) ASSERT_TRUE(queue.push(line(10)));
  EXPECT_EQ(queue.take_frame().size(), OutboundQueue::kMaximalLines);
  queue.sent();
  EXPECT_EQ(queue.take_frame().size(), 7U);
  queue.sent();
  EXPECT_TRUE(queue.empty());
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(queue.push(line(30'000)));
  EXPECT_EQ(queue.take_frame().size(), 2U);
}

TEST(OutboundQueue, ClearingLeavesWhatIsBeingWritten) {
  OutboundQueue queue(100);
  ASSERT_TRUE(queue.push(line(50)));
  EXPECT_EQ(queue.take_frame().size(), 1U);
  ASSERT_TRUE(queue.push(line(50)));
  queue.clear();
  EXPECT_TRUE(queue.empty());
  EXPECT_TRUE(queue.push(line(50)));
  EXPECT_FALSE(queue.push(line(1)));
}

}  // namespace
}  // namespace fanfare::frontends::websocket::server
