#include "runtime/logging/logger.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <sstream>

#include "runtime/logging/format.hpp"

namespace fanfare::runtime {
namespace {

constexpr std::chrono::system_clock::time_point kTime{std::chrono::milliseconds(1'700'000'000'042)};

TEST(Logger, TextIsTimeLevelComponentEventAndFields) {
  EXPECT_EQ(
      format_event(LogFormat::kText, kTime, LogLevel::kInfo, "broker", "listening",
                   {{"address", "tcp://127.0.0.1:7410"}, {"sessions", 3}, {"is_new", true}, {"rate", 0.5}}),
      "2023-11-14T22:13:20.042Z info broker listening address=tcp://127.0.0.1:7410 sessions=3 is_new=true rate=0.5");
}

TEST(Logger, JsonHoldsTheSame) {
  const auto line = nlohmann::json::parse(format_event(LogFormat::kJson, kTime, LogLevel::kWarn, "broker", "refused",
                                                       {{"peer", "a\nb\xFF"}, {"bytes", 7U}}));
  EXPECT_EQ(line["time"], "2023-11-14T22:13:20.042Z");
  EXPECT_EQ(line["level"], "warn");
  EXPECT_EQ(line["component"], "broker");
  EXPECT_EQ(line["event"], "refused");
  EXPECT_EQ(line["peer"], "a\nb\xEF\xBF\xBD");
  EXPECT_EQ(line["bytes"], 7);
}

TEST(Logger, NothingFromOutsideCanBreakTheLine) {
  const std::string hostile = "x\n2023-01-01 error broker forged level=error \x1b[2J\r";
  for (const LogFormat format : {LogFormat::kText, LogFormat::kJson}) {
    const std::string line = format_event(format, kTime, LogLevel::kInfo, "broker", "refused", {{"peer", hostile}});
    EXPECT_EQ(line.find_first_of("\n\r\x1b"), std::string::npos) << line;
  }
  EXPECT_THAT(format_event(LogFormat::kText, kTime, LogLevel::kInfo, "broker", "refused", {{"peer", hostile}}),
              testing::HasSubstr("peer=\"x\\n2023"));
}

TEST(Logger, EventsBelowTheLevelAreNotWritten) {
  std::ostringstream out;
  Logger log({LogLevel::kWarn, LogFormat::kText}, "broker", out);
  log.info("unheard");
  log.warn("heard");
  log.set_level(LogLevel::kDebug);
  log.debug("heard later", {{"count", std::size_t{2}}});
  EXPECT_THAT(out.str(), testing::MatchesRegex("[^\n]* warn broker heard\n[^\n]* debug broker heard later count=2\n"));
}

}  // namespace
}  // namespace fanfare::runtime
