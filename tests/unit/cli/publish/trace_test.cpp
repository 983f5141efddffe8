#include "cli/publish/trace.hpp"

#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

TEST(ReadHop, TakesTheThreeHeaders) {
  EXPECT_EQ(read_hop({{"component", "broker"}, {"hop", "received"}, {"at", "1700000000000001"}}),
            (Hop{"broker", "received", 1'700'000'000'000'001}));
}

TEST(ReadHop, TakesNothingElse) {
  EXPECT_FALSE(read_hop({}));
  EXPECT_FALSE(read_hop({{"component", "broker"}, {"hop", "received"}}));
  EXPECT_FALSE(read_hop({{"component", "broker"}, {"hop", "received"}, {"at", "12x"}}));
}

TEST(DescribeHops, CountsFromTheEarliest) {
  EXPECT_EQ(describe_hops({{"broker", "received", 130}, {"client", "sent", 100}}, false),
            "+0 µs   client  sent\n+30 µs  broker  received\n");
}

TEST(DescribeHops, SaysTheSameAsJson) {
  EXPECT_EQ(describe_hops({{"broker", "received", 130}, {"client", "sent", 100}}, true),
            "{\"component\":\"client\",\"hop\":\"sent\",\"at\":100,\"microseconds\":0}\n"
            "{\"component\":\"broker\",\"hop\":\"received\",\"at\":130,\"microseconds\":30}\n");
}

}  // namespace
}  // namespace fanfare::cli
