#include "frontends/http/metrics/metrics_page.hpp"

#include <gmock/gmock.h>

#include <algorithm>

#include "runtime/metrics/report.hpp"

namespace fanfare::frontends::http {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class MetricsPageTest : public testing::Test {
 protected:
  MetricsPageTest() { page.add_route(router); }

  static std::string report(double value, runtime::MetricKind kind = runtime::MetricKind::kGauge) {
    return runtime::to_report({{"fanfare_level", kind, "A level.", {{{}, value, {}}}}});
  }

  Reply ask() {
    now += MetricsPage::kKept;
    Request request{.method = "GET", .path = "/metrics"};
    const Router::Found found = router.find(request);
    return found.handler(request);
  }
  std::string text() { return *ask().body; }

  Reports::Time now{1h};
  runtime::Metrics metrics;
  MetricsPage page{metrics, "host-1", {.stale_after = 30s}, [this] { return now; }};
  Router router;
};

TEST_F(MetricsPageTest, ShowsTheFiguresOfAll) {
  metrics.counter("fanfare_http_replies_total", "Replies.").add(2);
  page.take("$sys.metrics.broker.host-7", report(5));
  const Reply reply = ask();
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.headers.at(0).value, "text/plain; version=0.0.4; charset=utf-8");
  EXPECT_THAT(*reply.body, HasSubstr("fanfare_http_replies_total{component=\"http\",instance=\"host-1\"} 2\n"));
  EXPECT_THAT(*reply.body, HasSubstr("fanfare_level{component=\"broker\",instance=\"host-7\"} 5\n"));
  EXPECT_THAT(*reply.body, HasSubstr("fanfare_http_reports_total{component=\"http\",instance=\"host-1\","
                                     "outcome=\"taken\"} 1\n"));
}

TEST_F(MetricsPageTest, ShowsItsOwnFiguresOnceAndThoseOfAnotherHttp) {
  metrics.gauge("fanfare_level", "A level.").set(1);
  page.take("$sys.metrics.http.host-1", report(2));
  page.take("$sys.metrics.http.host-2", report(3));
  const std::string shown = text();
  EXPECT_THAT(shown, HasSubstr("fanfare_level{component=\"http\",instance=\"host-1\"} 1\n"));
  EXPECT_THAT(shown, Not(HasSubstr("fanfare_level{component=\"http\",instance=\"host-1\"} 2\n")));
  EXPECT_THAT(shown, HasSubstr("fanfare_level{component=\"http\",instance=\"host-2\"} 3\n"));
}

TEST_F(MetricsPageTest, FiguresOfAWorkerThatWasKilledVanishAndComeAgain) {
  page.take("$sys.metrics.persistence.host-7", report(5));
  EXPECT_THAT(text(), HasSubstr("fanfare_level"));
  now += 27s;
  EXPECT_THAT(text(), HasSubstr("fanfare_level"));
  now += 1s;
  EXPECT_THAT(text(), Not(HasSubstr("fanfare_level")));
  page.take("$sys.metrics.persistence.host-8", report(1));
  EXPECT_THAT(text(), HasSubstr("fanfare_level{component=\"persistence\",instance=\"host-8\"} 1\n"));
}

TEST_F(MetricsPageTest, IsMadeOnceASecond) {
  const auto first = ask().body;
  now -= MetricsPage::kKept - 1ms;
  EXPECT_EQ(ask().body, first);
  EXPECT_NE(ask().body, first);
}

TEST_F(MetricsPageTest, SaysHowManyFamiliesThePageBeforeLeftOut) {
  page.take("$sys.metrics.broker.a", report(5));
  page.take("$sys.metrics.broker.b", report(5, runtime::MetricKind::kHistogram));
  EXPECT_THAT(text(), HasSubstr("fanfare_http_families_left_out{component=\"http\",instance=\"host-1\"} 0\n"));
  EXPECT_THAT(text(), HasSubstr("fanfare_http_families_left_out{component=\"http\",instance=\"host-1\"} 1\n"));
}

}  // namespace
}  // namespace fanfare::frontends::http
