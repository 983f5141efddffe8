#include "cli/bench/arguments.hpp"

#include <gtest/gtest.h>

#include <CLI/Error.hpp>

namespace fanfare::cli {
namespace {

TEST(BenchArguments, HaveTheDefaultsOfTheirWork) {
  const BenchSettings pubsub = settings_of({.work = "pubsub"});
  EXPECT_EQ(pubsub.subscribers, 1U);
  EXPECT_EQ(pubsub.rate, 0U);
  EXPECT_EQ(settings_of({.work = "fanout"}).subscribers, 50U);
  EXPECT_EQ(settings_of({.work = "latency"}).rate, 5'000U);
  EXPECT_EQ(settings_of({.work = "request"}).in_flight, 1U);
  EXPECT_EQ(settings_of({.work = "durable"}).in_flight, 1'000U);
  EXPECT_EQ(settings_of({.work = "durable"}).subscribers, 0U);
  EXPECT_EQ(settings_of({.work = "group"}).subscribers, 4U);
}

TEST(BenchArguments, KeepWhatIsUnderWayBelowWhatTheBrokerHoldsForASubscriber) {
  constexpr std::uint64_t kOutbox = 16U << 20U;
  for (const std::size_t size : {24U, 128U, 1'024U, 65'536U}) {
    for (const std::uint64_t publishers : {1U, 3U, 20U}) {
      const auto settings = settings_of({.work = "pubsub", .size = size, .publishers = publishers});
      EXPECT_GE(settings.in_flight, 1U);
      EXPECT_LT(settings.in_flight * publishers * (size + 64), kOutbox) << size << " " << publishers;
    }
  }
}

TEST(BenchArguments, GiveEachRunTopicsOfItsOwn) {
  const BenchSettings one = settings_of({.work = "pubsub", .topic = "chat.bench"});
  const BenchSettings other = settings_of({.work = "pubsub", .topic = "chat.bench"});
  EXPECT_NE(one.run, other.run);
  EXPECT_TRUE(topic_of(one, 0).starts_with("chat.bench."));
  EXPECT_NE(topic_of(one, 0), topic_of(other, 0));
}

TEST(BenchArguments, ThatDoNotGoTogetherAreRefused) {
  EXPECT_THROW(settings_of({.work = "pubsub", .size = 23}), CLI::ValidationError);
  EXPECT_THROW(settings_of({.work = "durable", .subscribers = 1}), CLI::ValidationError);
  EXPECT_THROW(settings_of({.work = "pubsub", .topic = "a..b"}), CLI::ValidationError);
  EXPECT_THROW(settings_of({.work = "pubsub", .topic = "a.>"}), CLI::ValidationError);
}

}  // namespace
}  // namespace fanfare::cli
