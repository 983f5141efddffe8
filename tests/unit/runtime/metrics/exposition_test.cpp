#include "runtime/metrics/exposition.hpp"

#include <gmock/gmock.h>

#include <vector>

namespace fanfare::runtime {
namespace {

MetricsSource source(std::string component, std::string instance, Families families) {
  return {std::move(component), std::move(instance), std::make_shared<const Families>(std::move(families))};
}

TEST(Exposition, AddsComponentAndInstanceToEachSample) {
  const std::vector sources = {
      source("broker", "a-1", {{"fanfare_sessions", MetricKind::kGauge, "Sessions.", {{{}, 7, {}}}}}),
      source("http", "b-2",
             {{"fanfare_sessions", MetricKind::kGauge, "Of its own.", {{{{"kind", "page"}}, 0.25, {}}}}})};
  EXPECT_EQ(expose(sources).text,
            "# HELP fanfare_sessions Sessions.\n"
            "# TYPE fanfare_sessions gauge\n"
            "fanfare_sessions{component=\"broker\",instance=\"a-1\"} 7\n"
            "fanfare_sessions{component=\"http\",instance=\"b-2\",kind=\"page\"} 0.25\n");
}

TEST(Exposition, WritesHistogramsWithTheBucketOfEverything) {
  const std::vector sources = {source("broker", "a",
                                      {{"fanfare_commit_seconds",
                                        MetricKind::kHistogram,
                                        "Commits.",
                                        {{{}, 0, {.buckets = {{0.5, 1}}, .count = 2, .sum = 3.5}}}}})};
  EXPECT_EQ(expose(sources).text,
            "# HELP fanfare_commit_seconds Commits.\n"
            "# TYPE fanfare_commit_seconds histogram\n"
            "fanfare_commit_seconds_bucket{component=\"broker\",instance=\"a\",le=\"0.5\"} 1\n"
            "fanfare_commit_seconds_bucket{component=\"broker\",instance=\"a\",le=\"+Inf\"} 2\n"
            "fanfare_commit_seconds_sum{component=\"broker\",instance=\"a\"} 3.5\n"
            "fanfare_commit_seconds_count{component=\"broker\",instance=\"a\"} 2\n");
}

TEST(Exposition, LeavesOutAndCountsAFamilyOfAnotherType) {
  const std::vector sources = {source("a", "1", {{"fanfare_x", MetricKind::kGauge, "", {{{}, 1, {}}}}}),
                               source("b", "1", {{"fanfare_x", MetricKind::kHistogram, "", {{{}, 0, {}}}}}),
                               source("c", "1", {{"fanfare_x", MetricKind::kGauge, "", {{{}, 2, {}}}}})};
  const auto exposition = expose(sources);
  EXPECT_EQ(exposition.left_out, 1U);
  EXPECT_EQ(exposition.text,
            "# HELP fanfare_x \n# TYPE fanfare_x gauge\n"
            "fanfare_x{component=\"a\",instance=\"1\"} 1\nfanfare_x{component=\"c\",instance=\"1\"} 2\n");
}

TEST(Exposition, EscapesHelpAndLabels) {
  const std::vector sources = {
      source("a", "1", {{"fanfare_x", MetricKind::kGauge, "a \"b\"\\\n", {{{{"name", "a \"b\"\\\n"}}, 1, {}}}}})};
  EXPECT_EQ(expose(sources).text,
            "# HELP fanfare_x a \"b\"\\\\\\n\n# TYPE fanfare_x gauge\n"
            "fanfare_x{component=\"a\",instance=\"1\",name=\"a \\\"b\\\"\\\\\\n\"} 1\n");
}

TEST(Exposition, LargeNumbersStayExact) {
  const std::vector sources = {
      source("a", "1", {{"fanfare_x", MetricKind::kGauge, "", {{{}, 9007199254740991.0, {}}}}})};
  EXPECT_THAT(expose(sources).text, testing::HasSubstr("} 9007199254740991\n"));
}

}  // namespace
}  // namespace fanfare::runtime
