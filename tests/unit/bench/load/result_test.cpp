#include "tests/bench/load/result.hpp"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

namespace fanfare::load {
namespace {

using namespace std::chrono_literals;

Result busy(std::chrono::milliseconds server, std::chrono::milliseconds load) {
  return {.messages = 1'000, .deliveries = 2'000, .seconds = 1s, .server_cpu = server, .load_cpu = load};
}

}  // namespace

TEST(Result, TheBottleneckIsTheSideThatHadNoTimeWhileTheOtherHad) {
  EXPECT_EQ(bottleneck_of(busy(980ms, 500ms)), "server");
  EXPECT_EQ(bottleneck_of(busy(500ms, 980ms)), "load");
  EXPECT_EQ(bottleneck_of(busy(980ms, 970ms)), "both");
  EXPECT_EQ(bottleneck_of(busy(700ms, 700ms)), "neither");
}

TEST(Result, ASideIsBusyWhenItHasUsedAllThatItCouldHave) {
  auto result = busy(940ms, 500ms);
  EXPECT_EQ(bottleneck_of(result), "neither");
  result.available_share = 0.95;
  EXPECT_EQ(bottleneck_of(result), "server");
}

TEST(Result, ALineOfJsonHoldsWhatTheComparisonReads) {
  const auto line = nlohmann::json::parse(
      to_json({.work = "fanout", .system = "nats", .size = 64, .subscribers = 2}, busy(500ms, 250ms)));
  EXPECT_EQ(line.at("messages_per_second"), 1'000);
  EXPECT_EQ(line.at("deliveries_per_second"), 2'000);
  EXPECT_EQ(line.at("server_cpu_us_per_message"), 500);
  EXPECT_EQ(line.at("load_cpu_seconds"), 0.25);
  EXPECT_EQ(line.at("complete"), false);
  EXPECT_TRUE(line.at("latency_us").is_null());
}

TEST(Result, LatencyIsToldInMicroseconds) {
  auto result = busy(1ms, 1ms);
  result.latency.emplace().add(41'000);
  const auto line = nlohmann::json::parse(to_json({.work = "latency"}, result));
  EXPECT_EQ(line.at("latency_us").at("p50"), 41);
  EXPECT_EQ(line.at("latency_us").at("p99_9"), 41);
}

TEST(Result, NothingMeasuredIsZeroAndNoDivision) {
  const auto line = nlohmann::json::parse(to_json({}, {}));
  EXPECT_EQ(line.at("messages_per_second"), 0);
  EXPECT_EQ(line.at("server_cpu_us_per_message"), 0);
}

}  // namespace fanfare::load
