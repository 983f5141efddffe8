#include "workers/common/circuit_breaker.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

namespace fanfare::workers::common {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class CircuitBreakerTest : public testing::Test {
 protected:
  void fail(int times) {
    for (int time = 0; time < times; ++time) breaker.failed("gone");
  }

  CircuitBreaker::Clock::time_point now{1h};
  std::ostringstream lines;
  runtime::Logger log{{}, "test", lines};
  runtime::Metrics metrics;
  CircuitBreaker breaker{{.figure = "fanfare_persistence_database_up",
                          .purpose = "reading",
                          .failures = 3,
                          .first_back_off = 100ms,
                          .longest_back_off = 300ms,
                          .now = [this] { return now; }},
                         log,
                         metrics};
};

TEST_F(CircuitBreakerTest, LetsAllThroughUntilSeveralHaveFailedInARow) {
  fail(2);
  breaker.succeeded();
  fail(2);
  for (int time = 0; time < 10; ++time) EXPECT_TRUE(breaker.may_try());
  EXPECT_FALSE(breaker.is_open());
  breaker.failed("gone");
  EXPECT_TRUE(breaker.is_open());
  EXPECT_FALSE(breaker.may_try());
}

TEST_F(CircuitBreakerTest, LetsOneThroughAtATimeWithLongerAndLongerPauses) {
  fail(3);
  for (const auto pause : {100ms, 200ms, 300ms, 300ms}) {
    now += pause - 1ms;
    EXPECT_FALSE(breaker.may_try());
    now += 1ms;
    EXPECT_TRUE(breaker.may_try());
    EXPECT_FALSE(breaker.may_try());
    breaker.failed("gone");
  }
}

TEST_F(CircuitBreakerTest, LetsAllThroughAfterTheFirstSuccess) {
  fail(5);
  now += 2s;
  EXPECT_TRUE(breaker.may_try());
  breaker.succeeded();
  for (int time = 0; time < 10; ++time) EXPECT_TRUE(breaker.may_try());
}

TEST_F(CircuitBreakerTest, EachChangeIsALineAndAFigure) {
  EXPECT_THAT(metrics.serialize(), HasSubstr("fanfare_persistence_database_up{for=\"reading\"} 1"));
  breaker.succeeded();
  fail(2);
  EXPECT_EQ(lines.str(), "");
  fail(4);
  EXPECT_THAT(metrics.serialize(), HasSubstr("fanfare_persistence_database_up{for=\"reading\"} 0"));
  now += 1500ms;
  breaker.succeeded();
  breaker.succeeded();
  EXPECT_THAT(metrics.serialize(), HasSubstr("fanfare_persistence_database_up{for=\"reading\"} 1"));
  const std::string text = lines.str();
  EXPECT_EQ(std::ranges::count(text, '\n'), 2);
  EXPECT_THAT(text, HasSubstr("gone"));
  EXPECT_THAT(text, HasSubstr("away_ms=1500"));
}

}  // namespace
}  // namespace fanfare::workers::common
