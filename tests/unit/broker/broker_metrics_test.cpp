#include "broker/server/broker_metrics.hpp"

#include <gmock/gmock.h>

#include <array>

#include "runtime/metrics/exposition.hpp"
#include "runtime/metrics/report.hpp"

namespace fanfare::broker::server {
namespace {

using core::DropPolicy;
using testing::HasSubstr;
using testing::Not;

std::string scrape(const core::Figures& figures) {
  const std::array sources = {
      runtime::MetricsSource{"broker", "a", std::make_shared<const runtime::Families>(families_of(figures))}};
  return runtime::expose(sources).text;
}

core::SessionShown session(const std::string& id) {
  return {.id = id, .name = "peer", .waiting_bytes = 5, .published = 6, .delivered = 7};
}

TEST(BrokerMetrics, ShowStreamsSessionsAndGroups) {
  core::Figures figures{.sessions = 1};
  figures.streams.push_back({.name = "chat", .head = 9, .counters = {.messages = 3}});
  figures.listed.push_back(session("s1"));
  figures.listed[0].dropped[{DropPolicy::drop_oldest, "demo.>"}] = 4;
  figures.groups.push_back({.name = "work", .stream = "chat", .lag = 8, .dead = 2});
  figures.counters.gaps_by_reason[1] = 2;
  figures.presence_keys = 7;
  figures.presence_in_grace = 3;
  figures.presence_resets = 1;
  figures.counters.presence_offline = 5;
  const auto text = scrape(figures);
  for (const char* line : {
           "fanfare_broker_stream_head{component=\"broker\",instance=\"a\",stream=\"chat\"} 9\n",
           "fanfare_broker_stream_messages_total{component=\"broker\",instance=\"a\",stream=\"chat\"} 3\n",
           "fanfare_broker_session_waiting_bytes{component=\"broker\",instance=\"a\",name=\"peer\",session=\"s1\"} 5\n",
           "fanfare_broker_session_delivered_total{component=\"broker\",instance=\"a\",name=\"peer\",session=\"s1\"} "
           "7\n",
           "fanfare_broker_dropped_total{component=\"broker\",instance=\"a\",name=\"peer\",pattern=\"demo.>\","
           "policy=\"drop_oldest\",session=\"s1\"} 4\n",
           "fanfare_broker_group_lag{component=\"broker\",instance=\"a\",group=\"work\",stream=\"chat\"} 8\n",
           "fanfare_broker_group_dead{component=\"broker\",instance=\"a\",group=\"work\",stream=\"chat\"} 2\n",
           "fanfare_broker_presence_keys{component=\"broker\",instance=\"a\",state=\"held\"} 4\n",
           "fanfare_broker_presence_keys{component=\"broker\",instance=\"a\",state=\"grace\"} 3\n",
           "fanfare_broker_presence_transitions_total{component=\"broker\",instance=\"a\",to=\"offline\"} 5\n",
           "fanfare_broker_presence_resets_total{component=\"broker\",instance=\"a\"} 1\n",
           "fanfare_broker_gaps_total{component=\"broker\",instance=\"a\",reason=\"overflow\"} 2\n",
       }) {
    EXPECT_THAT(text, HasSubstr(line));
  }
  EXPECT_THAT(text, Not(HasSubstr("session=\"other\"")));
}

TEST(BrokerMetrics, AreAReportThatIsTaken) {
  core::Figures figures{.sessions = 1};
  figures.streams.push_back({.name = "chat"});
  figures.groups.push_back({.name = "work"});  // elects only
  figures.listed.push_back(session("s1"));
  figures.listed[0].dropped[{DropPolicy::close, ""}] = 4;
  const auto families = families_of(figures);
  const auto taken = runtime::parse_report(runtime::to_report(families));
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->size(), families.size());
}

TEST(BrokerMetrics, OfVeryManySessionsStayWithinABoundThatIsTaken) {
  core::Figures figures{.sessions = 5'000};
  for (std::size_t i = 0; i < core::Figures::kListedSessions; ++i) {
    auto one = session(std::string(33, 's') + std::to_string(i));
    one.name = std::string(64, 'n');
    for (int p = 0; p < 16; ++p) {
      one.dropped[{DropPolicy::drop_oldest, std::string(250, 'p') + "." + std::to_string(p)}] = 1;
    }
    figures.listed.push_back(std::move(one));
  }
  figures.other_sessions.dropped[{DropPolicy::drop_oldest, ""}] = 100;
  const auto text = scrape(figures);
  EXPECT_THAT(text, HasSubstr("policy=\"drop_oldest\",session=\"other\"} 15100\n"));
  const auto report = runtime::to_report(families_of(figures));
  EXPECT_LE(report.size(), runtime::ReportBounds{}.bytes);
  const auto taken = runtime::parse_report(report);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->size(), families_of(figures).size());
}

}  // namespace
}  // namespace fanfare::broker::server
