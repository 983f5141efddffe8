#include "runtime/config/value.hpp"

#include <gtest/gtest.h>

namespace fanfare::runtime {
namespace {

Field field_of(Kind kind, std::uint64_t min = 0, std::uint64_t max = UINT64_MAX) {
  return {"some.key", kind, "", "", {}, min, max, {"fsync", "flush"}};
}

std::optional<std::uint64_t> number(Kind kind, std::string_view text) {
  const auto value = parse_value(field_of(kind), text);
  if (!value) return std::nullopt;
  return std::get<std::uint64_t>(*value);
}

std::optional<std::int64_t> in_milliseconds(std::string_view text) {
  const auto value = parse_value(field_of(Kind::kDuration), text);
  if (!value) return std::nullopt;
  return std::get<std::chrono::milliseconds>(*value).count();
}

bool is_address(std::string_view text) { return parse_value(field_of(Kind::kAddress), text).has_value(); }

TEST(Value, SizesArePlainBytesOrBinaryUnits) {
  EXPECT_EQ(number(Kind::kBytes, "512"), 512);
  EXPECT_EQ(number(Kind::kBytes, "8KiB"), 8192);
  EXPECT_EQ(number(Kind::kBytes, "1MiB"), 1U << 20U);
  EXPECT_EQ(number(Kind::kBytes, "10GiB"), 10ULL << 30U);
}

TEST(Value, SizesRefuseWhatIsAmbiguousOrTooLarge) {
  for (const std::string_view text : {"", "MiB", "1MB", "1mib", "1.5MiB", "-1", "1 MiB", "99999999999TiB", "0x10"}) {
    EXPECT_FALSE(number(Kind::kBytes, text)) << text;
  }
}

TEST(Value, DurationsAlwaysCarryAUnit) {
  EXPECT_EQ(in_milliseconds("5ms"), 5);
  EXPECT_EQ(in_milliseconds("10s"), 10'000);
  EXPECT_EQ(in_milliseconds("2m"), 120'000);
  EXPECT_EQ(in_milliseconds("24h"), 86'400'000);
  EXPECT_EQ(in_milliseconds("30d"), 2'592'000'000);
  for (const std::string_view text : {"10", "s", "1h30m", "-1s", "10 s", "10S"})
    EXPECT_FALSE(in_milliseconds(text)) << text;
}

TEST(Value, IntegersKeepToTheirBoundsInclusively) {
  const Field field = field_of(Kind::kInteger, 1, 10);
  EXPECT_FALSE(parse_value(field, "0"));
  EXPECT_TRUE(parse_value(field, "1"));
  EXPECT_TRUE(parse_value(field, "10"));
  EXPECT_FALSE(parse_value(field, "11"));
  EXPECT_FALSE(parse_value(field, "+5"));
}

TEST(Value, BooleansAreTrueOrFalseOnly) {
  EXPECT_EQ(parse_value(field_of(Kind::kBoolean), "true"), Value(true));
  EXPECT_EQ(parse_value(field_of(Kind::kBoolean), "false"), Value(false));
  for (const std::string_view text : {"yes", "on", "1", "True"}) {
    EXPECT_FALSE(parse_value(field_of(Kind::kBoolean), text)) << text;
  }
}

TEST(Value, ChoicesAreTheIndexOfTheWord) {
  EXPECT_EQ(number(Kind::kChoice, "flush"), 1);
  EXPECT_FALSE(number(Kind::kChoice, "Flush"));
}

TEST(Value, AddressesAreTcpWithPortOrIpcWithPath) {
  for (const std::string_view text :
       {"tcp://127.0.0.1:7410", "tcp://127.0.0.1:0", "tcp://127.0.0.1:*", "tcp://[::1]:7410", "tcp://*:7410",
        "tcp://broker.example:65535", "ipc:///run/fanfare/broker"}) {
    EXPECT_TRUE(is_address(text)) << text;
  }
  for (const std::string_view text :
       {"127.0.0.1:7410", "tcp://127.0.0.1", "tcp://:7410", "tcp://127.0.0.1:65536", "ipc://", "tcp://::1:7410",
        "http://127.0.0.1:80", "tcp://a b:1", "tcp://127.0.0.1:"}) {
    EXPECT_FALSE(is_address(text)) << text;
  }
  EXPECT_FALSE(is_address("ipc://" + std::string(108, 'x')));
}

TEST(Value, NumbersAreShownInTheLargestUnitThatDivides) {
  EXPECT_EQ(format_bytes(1U << 20U), "1MiB");
  EXPECT_EQ(format_bytes(255), "255");
  EXPECT_EQ(format_bytes(0), "0");
  EXPECT_EQ(format_duration(86'400'000), "1d");
  EXPECT_EQ(format_duration(1500), "1500ms");
}

}  // namespace
}  // namespace fanfare::runtime
