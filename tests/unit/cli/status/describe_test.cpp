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
          .streams = read_streams({{{"stream", "chat"}, {"state", "ok"}, {"head", "7"}, {"topics", "chat.> user.>"}}}),
          .sessions = {{{"name", "up"}, {"age_seconds", "3"}}},
          .processes = {{{"broker", "ready", 42, 1, "2026-01-01T00:00:00.000000Z"}}}};
}

TEST(Snapshot, IsReadyWhenAllOfItIs) { EXPECT_EQ(not_ready_because(snapshot()), ""); }

TEST(Snapshot, NamesTheProcessThatIsNotReady) {
  Snapshot one = snapshot();
  one.processes->push_back({"http", "starting", 43, 0, ""});
  EXPECT_EQ(not_ready_because(one), "http: starting");
}

TEST(Snapshot, NamesABrokerThatIsStopping) {
  Snapshot one = snapshot();
  one.broker["state"] = "draining";
  EXPECT_EQ(not_ready_because(one), "broker: draining");
}

TEST(Snapshot, IsShownAsTables) {
  const std::string text = describe(snapshot());
  EXPECT_THAT(text, HasSubstr("broker tcp://127.0.0.1:7410: ready, version 0.1.0, up 1m 5s\n"));
  EXPECT_THAT(text, HasSubstr("broker   ready  42   1         2026-01-01T00:00:00.000000Z\n"));
  EXPECT_THAT(text, ContainsRegex("chat +ok +- +- +- +7 +- +chat.> user.>\n"));
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
  EXPECT_EQ(json.at("streams").at(0).at("head"), 7);
  EXPECT_EQ(json.at("streams").at(0).at("state"), "ok");
}

}  // namespace
}  // namespace fanfare::cli
