#include "cli/bench/pacer.hpp"

#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

using namespace std::chrono_literals;

TEST(Pacer, SpreadsMessagesEvenly) {
  const auto begin = Pacer::Clock::now();
  const Pacer pacer(begin, 5'000);
  EXPECT_EQ(pacer.due(0), begin);
  EXPECT_EQ(pacer.due(1), begin + 200us);
  EXPECT_EQ(pacer.due(18'000'000), begin + 1h);
}

TEST(Pacer, DoesNotLetAMessageGoBeforeItsTime) {
  const auto begin = Pacer::Clock::now();
  const Pacer pacer(begin, 1'000);
  const std::stop_source stop;
  EXPECT_TRUE(pacer.wait(5, stop.get_token()));
  EXPECT_GE(Pacer::Clock::now(), begin + 5ms);
}

TEST(Pacer, WithoutARateNothingWaits) {
  const Pacer pacer(Pacer::Clock::now() + 1h, 0);
  const std::stop_source stop;
  EXPECT_TRUE(pacer.wait(1'000'000'000, stop.get_token()));
}

TEST(Pacer, EndsItsWaitWhenItIsStopped) {
  const Pacer pacer(Pacer::Clock::now(), 0.001);
  std::stop_source stop;
  stop.request_stop();
  EXPECT_FALSE(pacer.wait(1, stop.get_token()));
}

}  // namespace
}  // namespace fanfare::cli
