#include "runtime/metrics/metrics.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

#include "runtime/metrics/names.hpp"

namespace fanfare::runtime {
namespace {

using testing::HasSubstr;

TEST(Metrics, SerialiseInThePrometheusTextFormat) {
  Metrics metrics;
  metrics.counter("fanfare_messages_total", "Messages.", {{"stream", "chat"}}).add(3);
  metrics.gauge("fanfare_sessions", "Sessions.").set(7);
  metrics.histogram("fanfare_commit_seconds", "Commits.", {0.001, 0.1}).observe(0.05);
  const std::string text = metrics.serialize();
  EXPECT_THAT(text, HasSubstr("# HELP fanfare_messages_total Messages.\n# TYPE fanfare_messages_total counter\n"));
  EXPECT_THAT(text, HasSubstr("fanfare_messages_total{stream=\"chat\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("fanfare_sessions 7\n"));
  EXPECT_THAT(text, HasSubstr("fanfare_commit_seconds_bucket{le=\"0.1\"} 1\n"));
}

TEST(Metrics, SameNameAndLabelsAreTheSameFigure) {
  Metrics metrics;
  metrics.counter("fanfare_messages_total", "Messages.").add();
  metrics.counter("fanfare_messages_total", "Messages.").add();
  EXPECT_THAT(metrics.serialize(), HasSubstr("fanfare_messages_total 2\n"));
}

TEST(Metrics, NamesKeepToTheRules) {
  EXPECT_EQ(metric_name_problem("fanfare_messages_total", MetricKind::kCounter), std::nullopt);
  EXPECT_EQ(metric_name_problem("fanfare_queue_bytes", MetricKind::kGauge), std::nullopt);
  EXPECT_TRUE(metric_name_problem("messages_total", MetricKind::kCounter));
  EXPECT_TRUE(metric_name_problem("fanfare_messages", MetricKind::kCounter));
  EXPECT_TRUE(metric_name_problem("fanfare_sessions_total", MetricKind::kGauge));
  EXPECT_TRUE(metric_name_problem("fanfare_commit_ms", MetricKind::kHistogram));
  EXPECT_TRUE(metric_name_problem("fanfare_Sessions", MetricKind::kGauge));
  EXPECT_TRUE(metric_name_problem("fanfare_commit_seconds_sum", MetricKind::kGauge));
  EXPECT_TRUE(metric_name_problem("fanfare_" + std::string(100, 'a'), MetricKind::kGauge));
}

TEST(Metrics, CollectWhatTheyAreNow) {
  Metrics metrics;
  metrics.counter("fanfare_messages_total", "Messages.", {{"stream", "chat"}}).add(3);
  auto commits = metrics.histogram("fanfare_commit_seconds", "Commits.", {0.001, 0.1});
  commits.observe(0.05);
  commits.observe(2);
  EXPECT_THAT(metrics.collect(),
              testing::UnorderedElementsAre(
                  Family{"fanfare_messages_total", MetricKind::kCounter, "Messages.", {{{{"stream", "chat"}}, 3, {}}}},
                  Family{"fanfare_commit_seconds",
                         MetricKind::kHistogram,
                         "Commits.",
                         {{{}, 0, {.buckets = {{0.001, 0}, {0.1, 1}}, .count = 2, .sum = 2.05}}}}));
}

TEST(Metrics, NameAgainstTheRulesThrows) {
  Metrics metrics;
  EXPECT_THROW(metrics.gauge("sessions", "Sessions."), std::logic_error);
}

}  // namespace
}  // namespace fanfare::runtime
