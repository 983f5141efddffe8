#include "tests/bench/load/inbox.hpp"

#include <gtest/gtest.h>

#include <initializer_list>
#include <string>

namespace fanfare::load {
namespace {

constexpr std::size_t kSize = 32;

Inbox inbox_with(std::initializer_list<std::uint64_t> numbers) {
  Inbox inbox(kSize);
  for (const auto number : numbers) {
    std::string payload(kSize, 'x');
    write_stamp(payload.data(), {.number = number, .sent_ns = now_ns()});
    inbox.take(payload);
  }
  return inbox;
}

}  // namespace

TEST(Inbox, HasAllWhenEachNumberCameOnceInOrder) {
  const auto inbox = inbox_with({1, 2, 3});
  EXPECT_TRUE(inbox.has_all(3));
  EXPECT_TRUE(inbox.in_order());
  EXPECT_FALSE(inbox.has_all(4));
}

TEST(Inbox, NoticesAMessageThatIsMissing) {
  const auto inbox = inbox_with({1, 3});
  EXPECT_FALSE(inbox.has_all(3));
  EXPECT_FALSE(inbox.has_all(2));
}

TEST(Inbox, NoticesAMessageThatCameTwice) {
  const auto inbox = inbox_with({1, 2, 2});
  EXPECT_FALSE(inbox.has_all(2));
  EXPECT_FALSE(inbox.has_all(3));
  EXPECT_FALSE(inbox.in_order());
}

TEST(Inbox, NoticesTwoMessagesThatChangedPlaces) {
  const auto inbox = inbox_with({2, 1, 3});
  EXPECT_FALSE(inbox.in_order());
  EXPECT_FALSE(inbox.has_all(3));
}

TEST(Inbox, DoesNotCountProbes) {
  const auto inbox = inbox_with({0, 0, 1});
  EXPECT_TRUE(inbox.probed());
  EXPECT_EQ(inbox.received(), 1U);
  EXPECT_TRUE(inbox.has_all(1));
}

TEST(Inbox, RefusesAPayloadOfAnotherSize) {
  Inbox inbox(kSize);
  EXPECT_THROW(inbox.take(std::string(kSize - 1, 'x')), std::runtime_error);
}

TEST(Inbox, MeasuresLatencyFromTheNumberItIsToldOn) {
  Inbox inbox(kSize);
  inbox.measure_latency_from(2);
  std::string payload(kSize, 'x');
  for (const std::uint64_t number : {1U, 2U, 3U}) {
    write_stamp(payload.data(), {.number = number, .sent_ns = now_ns() - 1'000'000});
    inbox.take(payload);
  }
  EXPECT_EQ(inbox.latency().count(), 2U);
  EXPECT_GE(inbox.latency().quantile(0.5), 1'000'000U);
}

}  // namespace fanfare::load
