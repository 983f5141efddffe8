#include "cli/status/snapshot.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::cli {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;

Snapshot snapshot() {
  return {.address = "tcp://127.0.0.1:7410",
          .broker = {{"state", "ready"}, {"version", "0.1.0"}, {"uptime_seconds", "65"}, {"sessions", "2"}},
          .taken = Timestamp(std::chrono::seconds(1'795'255'300)),
          .streams = read_streams({{{"stream", "chat"},
                                    {"state", "ok"},
                                    {"first", "1"},
                                    {"head", "7"},
                                    {"bytes", "2048"},
                                    {"oldest", "1795255200000000"},
                                    {"uncommitted_bytes", "512"}}}),
          .groups = read_groups(
              {{{"group", "work"}, {"state", "ok"}, {"stream", "chat"}, {"lag", "3"}, {"holds_bytes", "1536"}}}),
          .sessions = {{{"name", "up"}, {"age_seconds", "3"}, {"waiting_bytes", "1024"}, {"dropped", "2"}}},
          .processes = {{{"broker", "broker", 1, "ready", 42, 1, "2026-01-01T00:00:00.000000Z", 65, 2048},
                         {"work-2", "work", 2, "ready", 43, 0, "2026-01-01T00:00:00.000000Z", 3, 1024}}}};
}

TEST(Snapshot, IsReadyWhenAllOfItIs) { EXPECT_EQ(not_ready_because(snapshot()), ""); }

TEST(Snapshot, NamesTheProcessThatIsNotReady) {
  Snapshot one = snapshot();
  one.processes->push_back({.name = "http", .state = "starting"});
  EXPECT_EQ(not_ready_because(one), "http: starting");
}

TEST(Snapshot, SaysHowAProcessThatKeepsEndingEndedLast) {
  Snapshot one = snapshot();
  one.processes->push_back({.name = "http", .state = "crash_loop", .restarts = 7, .last_end = "exit code 1"});
  EXPECT_EQ(not_ready_because(one), "http: crash_loop (ended last with exit code 1; 7 restarts)");
  EXPECT_THAT(describe(one), HasSubstr("\nhttp keeps ending: exit code 1\n"));
}

TEST(Snapshot, NamesABrokerThatIsStopping) {
  Snapshot one = snapshot();
  one.broker["state"] = "draining";
  EXPECT_EQ(not_ready_because(one), "broker: draining");
}

TEST(Snapshot, IsShownAsTables) {
  const std::string text = describe(snapshot());
  EXPECT_THAT(text, HasSubstr("broker tcp://127.0.0.1:7410: ready, version 0.1.0, up 1m 5s\n"));
  EXPECT_THAT(text, HasSubstr("broker   1        ready  42   1         1m 5s   2 KiB   -\n"));
  EXPECT_THAT(text, HasSubstr("work-2   2        ready  43   0         3s      1 KiB   3\n"));
  EXPECT_THAT(text, ContainsRegex("chat +ok +7 +2 KiB +7 +1m 40s ago +512 B +work .1.5 KiB.\n"));
  EXPECT_THAT(text, ContainsRegex("work +ok +3 "));
  EXPECT_THAT(text, ContainsRegex("up +- +3s +- +- +- +1 KiB +2\n"));
}

TEST(Snapshot, IsShortWhenThereIsNothing) {
  const Snapshot empty{.address = "tcp://127.0.0.1:7410",
                       .broker = {{"state", "ready"}, {"version", "0.1.0"}, {"uptime_seconds", "0"}},
                       .processes = std::vector<ProcessRow>()};
  EXPECT_EQ(describe(empty), "broker tcp://127.0.0.1:7410: ready, version 0.1.0, up 0s\nno messages yet\n");
}

TEST(Snapshot, ShowsAClockThatWentBackAsNoAge) {
  Snapshot one = snapshot();
  one.taken = Timestamp();
  EXPECT_THAT(describe(one), HasSubstr(" 0s ago "));
}

TEST(Snapshot, SaysThatNobodyTellsAboutProcesses) {
  Snapshot one = snapshot();
  one.processes.reset();
  EXPECT_THAT(describe(one), HasSubstr("Processes: not known"));
  EXPECT_TRUE(to_json(one).at("processes").is_null());
}

TEST(Snapshot, IsShownAsJson) {
  const Json json = to_json(snapshot());
  EXPECT_EQ(json.at("broker").at("address"), "tcp://127.0.0.1:7410");
  EXPECT_EQ(json.at("broker").at("uptime_seconds"), 65);
  EXPECT_EQ(json.at("broker").at("version"), "0.1.0");
  EXPECT_EQ(json.at("processes").at(0).at("pid"), 42);
  EXPECT_EQ(json.at("processes").at(0).at("memory_bytes"), 2048);
  EXPECT_TRUE(json.at("processes").at(0).at("lag").is_null());
  EXPECT_EQ(json.at("processes").at(1).at("lag"), 3);
  EXPECT_EQ(json.at("processes").at(1).at("replica"), 2);
  EXPECT_EQ(json.at("streams").at(0).at("head"), 7);
  EXPECT_EQ(json.at("streams").at(0).at("state"), "ok");
  EXPECT_EQ(json.at("groups").at(0).at("lag"), 3);
}

}  // namespace
}  // namespace fanfare::cli
