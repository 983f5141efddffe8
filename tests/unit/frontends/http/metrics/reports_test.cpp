#include "frontends/http/metrics/reports.hpp"

#include <gmock/gmock.h>

#include "runtime/metrics/report.hpp"

namespace fanfare::frontends::http {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class ReportsTest : public testing::Test {
 protected:
  static std::string report(double value) {
    return runtime::to_report({{"fanfare_level", runtime::MetricKind::kGauge, "A level.", {{{}, value, {}}}}});
  }

  void take(const std::string& source, const std::string& text = report(1)) {
    reports.take("$sys.metrics." + source, text, now);
  }

  std::vector<std::string> sources() {
    std::vector<std::string> names;
    for (const auto& source : reports.current(now)) names.push_back(source.component + "." + source.instance);
    return names;
  }

  Reports::Time now{1h};
  Reports reports{{.stale_after = 30s, .instances = 3, .bytes = 3 * report(1).size()}};
};

TEST_F(ReportsTest, KeepTheLastOfEachInstance) {
  take("broker.a", report(1));
  take("broker.b");
  take("broker.a", report(7));
  EXPECT_THAT(sources(), ElementsAre("broker.a", "broker.b"));
  EXPECT_EQ(reports.current(now).at(0).families->at(0).samples.at(0).value, 7);
}

TEST_F(ReportsTest, OfWhatHasEndedVanishAfterTheTimeAndComeAgain) {
  take("persistence.a");
  take("accounts.a");
  now += 29s;
  take("accounts.a");
  EXPECT_THAT(sources(), ElementsAre("accounts.a", "persistence.a"));
  now += 1s;
  EXPECT_THAT(sources(), ElementsAre("accounts.a"));
  take("persistence.a");
  EXPECT_THAT(sources(), ElementsAre("accounts.a", "persistence.a"));
  now += 30s;
  EXPECT_THAT(sources(), IsEmpty());
}

TEST_F(ReportsTest, ThatCanNotBeReadLeaveTheLastOneAsItIs) {
  take("broker.a");
  take("broker.a", "{}");
  take("broker.a.more");
  take("broker");
  EXPECT_THAT(sources(), ElementsAre("broker.a"));
  EXPECT_EQ(reports.counts().taken, 1U);
  EXPECT_EQ(reports.counts().unreadable, 3U);
}

TEST_F(ReportsTest, BeyondTheBoundsAreRefusedUntilOthersAreStale) {
  for (const char* source : {"broker.a", "broker.b", "broker.c"}) take(source);
  take("broker.d");
  EXPECT_THAT(sources(), ElementsAre("broker.a", "broker.b", "broker.c"));
  take("broker.a", report(123456789));  // longer than what was there
  EXPECT_EQ(reports.counts().refused, 2U);
  take("broker.a", report(2));
  EXPECT_EQ(reports.counts().refused, 2U);
  now += 30s;
  take("broker.d");
  EXPECT_THAT(sources(), ElementsAre("broker.d"));
}

}  // namespace
}  // namespace fanfare::frontends::http
