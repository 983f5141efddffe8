#include "frontends/websocket/broker/handover.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <thread>

#include "tests/support/eventually.hpp"

namespace fanfare::frontends::websocket::broker {
namespace {

using namespace std::chrono_literals;

class HandoverTest : public testing::Test {
 protected:
  void post(Handover::Work work) {
    const std::lock_guard lock(mutex);
    posted.push_back(std::move(work));
  }

  void run_one() {
    Handover::Work work;
    {
      const std::lock_guard lock(mutex);
      work = std::move(posted.front());
      posted.pop_front();
    }
    work();
  }

  std::mutex mutex;
  std::deque<Handover::Work> posted;
  Handover handover{[this](Handover::Work work) { post(std::move(work)); }, {.bytes = 100, .patience = 50ms}};
};

TEST_F(HandoverTest, WhatDoesNotFitInTimeIsRefused) {
  EXPECT_TRUE(handover.offer(100, [] {}));
  EXPECT_FALSE(handover.offer(1, [] {}));
  run_one();
  EXPECT_TRUE(handover.offer(1, [] {}));
}

TEST_F(HandoverTest, RoomThatComesIsTaken) {
  Handover patient{[this](Handover::Work work) { post(std::move(work)); },
                   {.bytes = 100, .patience = test::patient(10s)}};
  ASSERT_TRUE(patient.offer(100, [] {}));
  std::jthread other([&] { EXPECT_TRUE(patient.offer(100, [] {})); });
  run_one();
  other.join();
  run_one();
}

TEST_F(HandoverTest, AnswersAreAlwaysTaken) {
  EXPECT_TRUE(handover.offer(100, [] {}));
  int answers = 0;
  handover.push([&] { ++answers; });
  run_one();
  run_one();
  EXPECT_EQ(answers, 1);
}

TEST_F(HandoverTest, NobodyWaitsAfterTheEnd) {
  Handover closing{[](const Handover::Work&) {}, {.bytes = 100, .patience = 1h}};
  ASSERT_TRUE(closing.offer(100, [] {}));
  std::jthread other([&] { EXPECT_FALSE(closing.offer(1, [] {})); });
  closing.close();
}

}  // namespace
}  // namespace fanfare::frontends::websocket::broker
