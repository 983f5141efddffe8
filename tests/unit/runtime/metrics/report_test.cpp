#include "runtime/metrics/report.hpp"

#include <gmock/gmock.h>

#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>

namespace fanfare::runtime {
namespace {

Families sample_families() {
  return {
      {"fanfare_messages_total", MetricKind::kCounter, "Messages.", {{{{"stream", "chat"}}, 3, {}}, {{}, 4, {}}}},
      {"fanfare_level", MetricKind::kGauge, "A \"level\"\n.", {{{{"name", "b\\\u00e4"}}, -1.5, {}}}},
      {"fanfare_commit_seconds",
       MetricKind::kHistogram,
       "Commits.",
       {{{}, 0, {.buckets = {{0.001, 1}, {0.1, 1}}, .count = 2, .sum = 2.25}}}},
  };
}

/// A report of one family with this text as its samples.
std::string with_samples(const std::string& samples, const std::string& type = "gauge") {
  const std::string name = type == "counter" ? "fanfare_a_total" : "fanfare_a";
  return R"({"families":[{"name":")" + name + R"(","type":")" + type + R"(","help":"","samples":)" + samples + "}]}";
}

TEST(MetricsReport, ComesBackAsItWas) {
  const auto families = parse_report(to_report(sample_families()));
  ASSERT_TRUE(families);
  EXPECT_EQ(*families, sample_families());
}

TEST(MetricsReport, LeavesOutFamiliesThatDoNotFitAndKeepsTheOthers) {
  const auto all = sample_families();
  const std::string first = to_report({all[0]});
  EXPECT_EQ(to_report(all, first.size()), first);
  EXPECT_EQ(parse_report(to_report(all, 20)), Families{});
}

TEST(MetricsReport, LeavesOutWhatIsNoNumber) {
  Families families = {{"fanfare_a", MetricKind::kGauge, "", {{{}, std::numeric_limits<double>::quiet_NaN(), {}}}}};
  EXPECT_EQ(parse_report(to_report(families)), (Families{{"fanfare_a", MetricKind::kGauge, "", {}}}));
}

TEST(MetricsReport, TextThatIsNotUtf8IsReplaced) {
  const auto families = parse_report(to_report({{"fanfare_a", MetricKind::kGauge, "", {{{{"name", "\xff"}}, 1, {}}}}}));
  ASSERT_TRUE(families);
  EXPECT_EQ(families->at(0).samples.at(0).labels.at("name"), "\xef\xbf\xbd");
}

TEST(MetricsReport, ThatIsNotAsTheSchemaSaysIsRefused) {
  ASSERT_TRUE(parse_report(with_samples(R"([{"labels":{},"value":1}])")));
  for (const char* text :
       {"", "[]", "{}", R"({"families":{}})", R"({"families":[],"more":1})", R"({"families":[1]})"}) {
    EXPECT_FALSE(parse_report(text)) << text;
  }
  for (const char* samples : {
           "{}",
           R"([{"value":1}])",
           R"([{"labels":[],"value":1}])",
           R"([{"labels":{},"value":"1"}])",
           R"([{"labels":{},"value":1e999}])",
           R"([{"labels":{},"value":1,"more":1}])",
           R"([{"labels":{"a":1},"value":1}])",
           R"([{"labels":{"component":"x"},"value":1}])",
           R"([{"labels":{"instance":"x"},"value":1}])",
           R"([{"labels":{"le":"x"},"value":1}])",
           R"([{"labels":{"A":"x"},"value":1}])",
           R"([{"labels":{"":"x"},"value":1}])",
           R"([{"labels":{"a":"x","a":"y"},"value":1}])",
           R"([{"labels":{},"value":1},{"labels":{},"value":2}])",
           R"([{"labels":{},"value":1},{"labels":{"a":""},"value":2}])",
       }) {
    EXPECT_FALSE(parse_report(with_samples(samples))) << samples;
  }
  EXPECT_FALSE(parse_report(with_samples(R"([{"labels":{},"value":-1}])", "counter")));
  EXPECT_FALSE(parse_report(with_samples("[]", "summary")));
  EXPECT_FALSE(parse_report(R"({"families":[{"name":"up","type":"gauge","help":"","samples":[]}]})"));
}

TEST(MetricsReport, HistogramsHaveToRise) {
  const auto with_buckets = [](const std::string& buckets, const std::string& count) {
    return parse_report(
        with_samples(R"([{"labels":{},"buckets":)" + buckets + R"(,"count":)" + count + R"(,"sum":1}])", "histogram"));
  };
  EXPECT_TRUE(with_buckets("[[1,1],[2,1]]", "1"));
  EXPECT_TRUE(with_buckets("[]", "1"));
  EXPECT_FALSE(with_buckets("[[2,1],[1,1]]", "1"));
  EXPECT_FALSE(with_buckets("[[1,2],[2,1]]", "2"));
  EXPECT_FALSE(with_buckets("[[1,2]]", "1"));
  EXPECT_FALSE(with_buckets("[[1,-2]]", "1"));
  EXPECT_FALSE(with_buckets("[[1]]", "1"));
}

TEST(MetricsReport, BeyondABoundIsRefusedWhole) {
  const std::string report = to_report(sample_families());
  EXPECT_TRUE(parse_report(report, {.bytes = report.size(), .families = 3, .samples = 4, .labels = 1, .buckets = 2}));
  EXPECT_FALSE(parse_report(report, {.bytes = report.size() - 1}));
  EXPECT_FALSE(parse_report(report, {.families = 2}));
  EXPECT_FALSE(parse_report(report, {.samples = 3}));
  EXPECT_FALSE(parse_report(report, {.labels = 0}));
  EXPECT_FALSE(parse_report(report, {.label_bytes = 3}));
  EXPECT_FALSE(parse_report(report, {.help_bytes = 8}));
  EXPECT_FALSE(parse_report(report, {.buckets = 1}));
}

TEST(MetricsReport, IsWhatItsSchemaShows) {
  std::ifstream file(std::string(FANFARE_SOURCE_DIR) + "/protocol/schemas/metrics.json");
  const auto schema = nlohmann::json::parse(file);
  for (const auto& example : schema.at("examples")) {
    const auto families = parse_report(example.dump());
    ASSERT_TRUE(families) << example;
    EXPECT_EQ(nlohmann::json::parse(to_report(*families)), example);
  }
}

}  // namespace
}  // namespace fanfare::runtime
