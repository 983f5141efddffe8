#include "cli/bench/result.hpp"

#include <gtest/gtest.h>

#include "cli/bench/broker_figures.hpp"
#include "cli/bench/needed_stream.hpp"
#include "cli/bench/stamp.hpp"

namespace fanfare::cli {
namespace {

using namespace std::chrono_literals;

BenchSettings fanout() { return {.work = BenchWork::fanout, .name = "fanout", .subscribers = 50}; }

BenchResult result() {
  BenchResult result{.messages = 1'000, .time = 2s, .broker_cpu = 500ms, .broker_memory = 7};
  result.load_cpu = 1s;
  for (std::uint64_t i = 1; i <= 100; ++i) result.latency.add(i);
  return result;
}

TEST(BenchResult, SaysForScriptsAllThatTheHarnessReads) {
  EXPECT_EQ(
      to_json(fanout(), result()).dump(),
      R"({"work":"fanout","system":"fanfare-sdk","size":128,"publishers":1,"subscribers":50,"messages":1000,)"
      R"("seconds":2.0,"messages_per_second":500.0,"deliveries_per_second":25000.0,)"
      R"("latency_us":{"p50":0.1,"p90":0.1,"p99":0.1,"p99_9":0.1,"max":0.1},"server_cpu_us_per_message":500.0,)"
      R"("server_memory_bytes":7,"load_cpu_seconds":1.0,"bottleneck":"neither","complete":true,"in_order":true})");
}

TEST(BenchResult, IsNullWhereNothingIsKnown) {
  const Json json = to_json(fanout(), BenchResult{});
  for (const char* key : {"latency_us", "server_cpu_us_per_message", "server_memory_bytes"}) {
    EXPECT_TRUE(json.at(key).is_null()) << key;
  }
  EXPECT_EQ(json.at("messages_per_second"), 0);
}

TEST(BenchResult, IsNotCompleteWhenItEndedEarlyOrSomethingIsMissing) {
  BenchResult early = result();
  early.trouble = "the broker went away";
  EXPECT_EQ(to_json(fanout(), early).at("complete"), false);
  BenchResult missing = result();
  missing.verdict.missing = 1;
  EXPECT_EQ(to_json(fanout(), missing).at("complete"), false);
  EXPECT_EQ(to_json(fanout(), missing).at("in_order"), true);
}

TEST(BenchResult, CountsDeliveriesAsTheWorkHasThem) {
  EXPECT_EQ(copies(fanout()), 50U);
  EXPECT_EQ(copies({.work = BenchWork::durable, .subscribers = 0}), 0U);
  EXPECT_EQ(copies({.work = BenchWork::group, .subscribers = 4}), 1U);
  EXPECT_EQ(copies({.work = BenchWork::request, .subscribers = 2}), 1U);
}

TEST(BenchResult, TellsPeopleTheSame) {
  const std::string text = describe(fanout(), result());
  EXPECT_NE(text.find("1,000 in 2.00 s: 500 a second, 25,000 deliveries"), std::string::npos) << text;
  EXPECT_NE(text.find("500.000 µs CPU a message, 25 % of a core, 7 B"), std::string::npos) << text;
}

TEST(Bottleneck, IsTheSideThatIsFullWhileTheOtherIsNot) {
  EXPECT_EQ(bottleneck_of(1.0, 0.5), Bottleneck::load);
  EXPECT_EQ(bottleneck_of(0.5, 1.0), Bottleneck::server);
  EXPECT_EQ(bottleneck_of(1.0, 1.0), Bottleneck::neither);
  EXPECT_EQ(bottleneck_of(0.5, 0.5), Bottleneck::neither);
  EXPECT_EQ(bottleneck_of(1.0, std::nullopt), Bottleneck::load);
}

TEST(Bottleneck, IsNobodyWhereTheRateThatWasAskedForWasReached) {
  auto found = result();
  found.broker_cpu = 2s;
  auto asked = fanout();
  EXPECT_EQ(to_json(asked, found)["bottleneck"], "server");
  asked.rate = 510;
  EXPECT_EQ(to_json(asked, found)["bottleneck"], "neither");
  asked.rate = 1'000;
  EXPECT_EQ(to_json(asked, found)["bottleneck"], "server");
}

TEST(Bottleneck, OfALoadIsAlsoItsBusiestThread) {
  BenchResult one{.time = 1s, .load_cpu = 1s, .busiest_thread = 970ms, .load_cores = 8};
  EXPECT_DOUBLE_EQ(one.load_share(), 0.97);
}

TEST(BrokerFigures, AreReadFromTheRowOrNotAtAll) {
  EXPECT_EQ(read_broker_figures({{"cpu_microseconds", "5"}, {"memory_bytes", "7"}}), (BrokerFigures{5us, 7}));
  EXPECT_EQ(read_broker_figures({{"cpu_microseconds", "5"}}), std::nullopt);
  EXPECT_EQ(read_broker_figures({{"cpu_microseconds", "5"}, {"memory_bytes", "x"}}), std::nullopt);
}

TEST(NeededStream, IsOneThatKeepsAllTopicsOfTheRun) {
  EXPECT_TRUE(keeps("chat.> user.>", "user.1.*"));
  EXPECT_FALSE(keeps("chat.> user.>", "bench.1.*"));
  EXPECT_FALSE(keeps("bench.*", "bench.1.*"));
  EXPECT_FALSE(keeps("", "bench.1.*"));
}

TEST(Stamp, IsReadAsItWasWritten) {
  std::string payload(kStampSize + 3, 'x');
  write_stamp(payload, {.sequence = 1, .sent = 2, .publisher = 3});
  EXPECT_EQ(read_stamp(payload), (Stamp{1, 2, 3}));
  EXPECT_EQ(payload.substr(kStampSize), "xxx");
  EXPECT_EQ(read_stamp(payload.substr(0, kStampSize - 1)), std::nullopt);
}

}  // namespace
}  // namespace fanfare::cli
