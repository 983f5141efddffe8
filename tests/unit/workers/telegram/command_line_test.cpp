#include "workers/telegram/command_line.hpp"

#include <gtest/gtest.h>

#include <string>

#include "protocol/topic.hpp"
#include "protocol/utf8.hpp"
#include "workers/telegram/foreign_commands.hpp"

namespace fanfare::workers::telegram {
namespace {

using namespace std::chrono_literals;

TEST(CommandLine, IsANameAndWhatFollows) {
  const auto line = read_command("  /Weather@Fanfare_Bot \n Berlin  Mitte\t");
  ASSERT_TRUE(line.has_value());
  EXPECT_EQ(line->name, "weather");
  EXPECT_EQ(line->bot, "fanfare_bot");
  EXPECT_EQ(line->arguments, "Berlin  Mitte");
  EXPECT_EQ(read_command("/start")->arguments, "");
  EXPECT_EQ(read_command("/start AbC-_9")->arguments, "AbC-_9");
}

TEST(CommandLine, ANameThatIsNoTokenOfATopicIsNoCommand) {
  for (const std::string text : {"", "/", "hello", "/ start", "/a.b", "/a>b", "/*", "/.", "/ü", "//start", "/@bot",
                                 "/\u202estart", "/st\u200dart", "/start\u00a0x", "/🦔"}) {
    EXPECT_FALSE(read_command(text).has_value()) << text;
  }
  EXPECT_FALSE(read_command(std::string("/st\0art", 7)).has_value());
  EXPECT_FALSE(read_command("/" + std::string(33, 'a')).has_value());
  EXPECT_FALSE(read_command("/" + std::string(4'095, '\xff')).has_value());
  const auto longest = read_command("/" + std::string(32, 'Z') + " " + std::string(4'000, 'x'));
  ASSERT_TRUE(longest.has_value());
  EXPECT_TRUE(protocol::is_topic(topic_of_command(longest->name)));
}

TEST(CommandLine, DurationsAreFromAMinuteToAYear) {
  EXPECT_EQ(read_duration("30m"), 30min);
  EXPECT_EQ(read_duration("2H"), 120min);
  EXPECT_EQ(read_duration(" 7 d "), 7 * 24h);
  EXPECT_EQ(read_duration("2ч"), 120min);
  EXPECT_EQ(read_duration("365d"), 365 * 24h);
  EXPECT_EQ(read_duration("525600m"), 365 * 24h);
  for (const std::string text : {"", "0m", "366d", "525601m", "9999999m", "99999999999999999999h", "-1h", "+1h", "1",
                                 "h", "1.5h", "2hh", "2h x", "1w", "٢h"}) {
    EXPECT_FALSE(read_duration(text).has_value()) << text;
  }
}

TEST(CommandLine, QuietHoursAreTwoTimesOfTheDayAndAZone) {
  const auto hours = [](const std::string& text) {
    const auto line = read_quiet(text);
    return line ? time_of_day(line->hours.from) + "-" + time_of_day(line->hours.until) + " " + line->zone : "none";
  };
  EXPECT_EQ(hours("22:00-07:00"), "22:00-07:00 ");
  EXPECT_EQ(hours("22-7"), "22:00-07:00 ");
  EXPECT_EQ(hours(" 22:30 – 7.05  Europe/Berlin "), "22:30-07:05 Europe/Berlin");
  EXPECT_EQ(hours("0-24:00"), "none") << "that is no time at all";
  EXPECT_EQ(hours("23—24:00 utc"), "23:00-00:00 utc");
  EXPECT_EQ(hours("22-7 ../../etc/passwd"), "22:00-07:00 ?");
  EXPECT_EQ(hours("22-7 Europe/Berlin x"), "22:00-07:00 ?");
  for (const std::string text : {"", "22", "22-", "-7", "22:00", "25-7", "22:60-7", "22:0-7", "24:01-7", "8-8",
                                 "22-7Europe", "22:00~07:00", "222-7", "22-777"}) {
    EXPECT_EQ(hours(text), "none") << text;
  }
}

TEST(CommandLine, ANameOfAZoneIsSafeInAPath) {
  for (const std::string name :
       {"UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+5", "America/Port-au-Prince"}) {
    EXPECT_TRUE(is_zone_name(name)) << name;
  }
  for (const std::string name : {"", "/etc/passwd", "../x", "Europe/../x", "Europe//Berlin", "Europe/", ".", "a b",
                                 "zone.tab", "Европа/Москва"}) {
    EXPECT_FALSE(is_zone_name(name)) << name;
  }
  EXPECT_FALSE(is_zone_name(std::string("UTC\0", 4)));
  EXPECT_FALSE(is_zone_name(std::string(65, 'a')));
  EXPECT_EQ(capitalised_zone("europe/berlin"), "Europe/Berlin");
  EXPECT_EQ(capitalised_zone("AMERICA/NEW_YORK"), "America/New_York");
  EXPECT_EQ(capitalised_zone("utc"), "UTC");
}

TEST(CommandLine, ANameIsTidiedAndCut) {
  EXPECT_EQ(tidy_name("Anna \xff" + std::string("\0\n", 2) + "Ёж 🦔"), "Anna \ufffdЁж 🦔");
  const std::string cut = tidy_name(std::string(100, 'a') + "🦔");
  EXPECT_EQ(cut.size(), 64U);
  EXPECT_TRUE(protocol::is_utf8(tidy_name(std::string(63, 'a') + "🦔🦔")));
  EXPECT_EQ(utf16_units("aЁ🦔"), 4U);
}

}  // namespace
}  // namespace fanfare::workers::telegram
