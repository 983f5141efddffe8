#include "runtime/measure/process_usage.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <string>

using namespace std::chrono_literals;
using fanfare::runtime::parse_process_stat;
using fanfare::runtime::usage_of;

namespace {

const std::string kStat =
    "4711 (a) S) b) R 1 2 3 4 5 6 7 8 9 10 250 50 13 14 15 16 17 0 18 19 300 20 21\n";  // the name is "a) S) b"

}  // namespace

TEST(ProcessUsage, ReadsTimesAndMemoryBehindAnyName) {
  const auto usage = parse_process_stat(kStat, 100, 4096);
  ASSERT_TRUE(usage.has_value());
  EXPECT_EQ(usage->cpu, 3s);
  EXPECT_EQ(usage->resident_bytes, 300U * 4096U);
}

TEST(ProcessUsage, TextThatEndsEarlyIsRefused) {
  EXPECT_TRUE(parse_process_stat("", 100, 4096).has_error());
  EXPECT_TRUE(parse_process_stat("1 (a) R 1 2", 100, 4096).has_error());
  EXPECT_TRUE(parse_process_stat("1 (a) R a b c d e f g h i j k l m n o p q r s t u", 100, 4096).has_error());
}

TEST(ProcessUsage, ThisProcessUsesMemory) {
  const auto usage = usage_of(getpid());
  ASSERT_TRUE(usage.has_value());
  EXPECT_GT(usage->resident_bytes, 0U);
}

TEST(ProcessUsage, AProcessThatIsNotThereIsRefusedByItsNumber) {
  const auto usage = usage_of(-1);
  ASSERT_TRUE(usage.has_error());
  EXPECT_NE(usage.error().message.find("/proc/-1"), std::string::npos);
}
