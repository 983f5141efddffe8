#include "cli/bench/flight.hpp"

#include <gtest/gtest.h>

#include <thread>

namespace fanfare::cli {
namespace {

TEST(Flight, HasRoomUntilSoManyAreUnderWay) {
  Flight flight(1, 3);
  const std::stop_source stop;
  EXPECT_TRUE(flight.wait_for_room(0, stop.get_token()));
  EXPECT_TRUE(flight.wait_for_room(2, stop.get_token()));
  flight.add(0);
  EXPECT_TRUE(flight.wait_for_room(3, stop.get_token()));
}

TEST(Flight, IsDoneWhereTheSlowestLaneIs) {
  Flight flight(3, 10);
  flight.reach(0, 5);
  flight.reach(1, 3);
  EXPECT_EQ(flight.done(), 0U);
  flight.add(2);
  EXPECT_EQ(flight.done(), 1U);
}

TEST(Flight, StopsWaitingWhenItIsStopped) {
  Flight flight(1, 1);
  std::stop_source stop;
  const std::jthread stopping([&stop] { stop.request_stop(); });
  EXPECT_FALSE(flight.wait_for_room(1, stop.get_token()));
  EXPECT_FALSE(flight.wait_for_all(1, stop.get_token()));
}

TEST(Flight, WakesTheSenderForEachMessage) {
  constexpr std::uint64_t kMessages = 20'000;
  for (const std::uint64_t most : {1U, 2U, 100U}) {
    Flight flight(2, most);
    std::atomic<std::uint64_t> sent = 0;
    const auto receive = [&](std::size_t lane) {
      for (std::uint64_t next = 0; next < kMessages; ++next) {
        while (sent.load() == next) sent.wait(next);
        flight.reach(lane, next + 1);
      }
    };
    const std::jthread one(receive, 0);
    const std::jthread other(receive, 1);
    const std::stop_source stop;
    for (std::uint64_t number = 0; number < kMessages; ++number) {
      EXPECT_TRUE(flight.wait_for_room(number, stop.get_token()));
      EXPECT_LE(number - flight.done(), most);
      ++sent;
      sent.notify_all();
    }
    EXPECT_TRUE(flight.wait_for_all(kMessages, stop.get_token()));
  }
}

}  // namespace
}  // namespace fanfare::cli
