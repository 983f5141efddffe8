#include "runtime/config/environment.hpp"

#include <gtest/gtest.h>

namespace fanfare::runtime {
namespace {

const Environment kEnvironment = {{"HOST", "broker"}, {"PORT", "7410"}, {"EMPTY", ""}};

TEST(Expand, ReplacesEachVariable) {
  EXPECT_EQ(expand("tcp://${HOST}:${PORT}", kEnvironment).value(), "tcp://broker:7410");
  EXPECT_EQ(expand("a${EMPTY}b", kEnvironment).value(), "ab");
}

TEST(Expand, LeavesDollarsAloneThatNameNoVariable) {
  EXPECT_EQ(expand("$change.>", kEnvironment).value(), "$change.>");
  EXPECT_EQ(expand("cost: 5$", kEnvironment).value(), "cost: 5$");
}

TEST(Expand, DoubledDollarEscapes) { EXPECT_EQ(expand("$${HOST}", kEnvironment).value(), "${HOST}"); }

TEST(Expand, DoesNotExpandWhatAVariableHolds) {
  EXPECT_EQ(expand("${A}", Environment{{"A", "${B}"}, {"B", "no"}}).value(), "${B}");
}

TEST(Expand, UnsetVariableIsNamed) {
  EXPECT_EQ(expand("${NOWHERE}", kEnvironment).error().message, "the environment variable NOWHERE is not set");
}

TEST(Expand, MissingBraceIsAnError) { EXPECT_TRUE(expand("${HOST", kEnvironment).has_error()); }

TEST(Environment, VariableIsThePathInCapitals) {
  EXPECT_EQ(variable_for("broker.listen"), "FANFARE_BROKER_LISTEN");
  EXPECT_EQ(variable_for("streams.orders-eu.max_age"), "FANFARE_STREAMS_ORDERS_EU_MAX_AGE");
}

}  // namespace
}  // namespace fanfare::runtime
