#include "cli/commands/options.hpp"

#include <gtest/gtest.h>

#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

namespace fanfare::cli {
namespace {

class OptionsTest : public testing::Test {
 protected:
  OptionsTest() {
    add_duration(app_, "--idle", idle_, "");
    add_durations(app_, "--back-off", back_off_, "", 3);
    add_size(app_, "--size", size_, "");
    add_count(app_, "--count", count_, "", 10);
    add_headers(app_, headers_);
    add_uuid(app_, "--id", id_, "");
  }

  /// False if it is wrong usage.
  bool parse(const std::string& line) {
    try {
      app_.parse(line);
      return true;
    } catch (const CLI::ParseError&) {
      return false;
    }
  }

  CLI::App app_;
  std::optional<std::chrono::milliseconds> idle_;
  std::vector<std::chrono::milliseconds> back_off_;
  std::size_t size_ = 0;
  std::uint64_t count_ = 0;
  Headers headers_;
  std::optional<Uuid> id_;
};

TEST_F(OptionsTest, DurationsHaveUnits) {
  EXPECT_TRUE(parse("--idle 300ms"));
  EXPECT_EQ(idle_, std::chrono::milliseconds(300));
  EXPECT_TRUE(parse("--idle 2s"));
  EXPECT_EQ(idle_, std::chrono::seconds(2));
}

TEST_F(OptionsTest, DurationsThatAreNoneAreWrongUsage) {
  for (const char* wrong : {"--idle 2", "--idle s", "--idle 0s", "--idle -1s", "--idle 1.5s"}) {
    EXPECT_FALSE(parse(wrong)) << wrong;
  }
}

TEST_F(OptionsTest, DurationsCanBeAList) {
  EXPECT_TRUE(parse("--back-off 1s,300ms,2m"));
  using std::chrono::milliseconds;
  EXPECT_EQ(back_off_, (std::vector{milliseconds(1'000), milliseconds(300), milliseconds(120'000)}));
  EXPECT_TRUE(parse("--back-off 5s"));
  EXPECT_EQ(back_off_, std::vector{milliseconds(5'000)});
}

TEST_F(OptionsTest, ListsOfDurationsHaveNoHolesAndABound) {
  for (const char* wrong : {"--back-off 1s,", "--back-off ,1s", "--back-off 1s,,2s", "--back-off 1", "--back-off 1s,x",
                            "--back-off 1s,1s,1s,1s"}) {
    EXPECT_FALSE(parse(wrong)) << wrong;
  }
}

TEST(ParseSequence, BeginsAtOne) {
  EXPECT_EQ(parse_sequence("SEQUENCE", "7"), 7U);
  for (const char* wrong : {"0", "-1", "x", "", "9007199254740992"}) {
    EXPECT_THROW(parse_sequence("SEQUENCE", wrong), CLI::ParseError) << wrong;
  }
}

TEST_F(OptionsTest, SizesHaveUnits) {
  EXPECT_TRUE(parse("--size 64KiB"));
  EXPECT_EQ(size_, 65536U);
  EXPECT_FALSE(parse("--size 64kb"));
}

TEST_F(OptionsTest, CountsBeginAtOneAndEndAtTheirBound) {
  EXPECT_TRUE(parse("--count 10"));
  EXPECT_EQ(count_, 10U);
  for (const char* wrong : {"--count 0", "--count 11", "--count -1", "--count x"}) EXPECT_FALSE(parse(wrong)) << wrong;
}

TEST_F(OptionsTest, HeadersAreSplitAtTheFirstEqualsSign) {
  EXPECT_TRUE(parse("--header a=1 --header b=x=y --header c="));
  EXPECT_EQ(headers_, (Headers{{"a", "1"}, {"b", "x=y"}, {"c", ""}}));
}

TEST_F(OptionsTest, HeadersWithoutAKeyAreWrongUsage) {
  EXPECT_FALSE(parse("--header =1"));
  EXPECT_FALSE(parse("--header a"));
}

TEST_F(OptionsTest, IdsAreUuids) {
  EXPECT_TRUE(parse("--id 01890a5d-ac96-774b-bcce-b302099a8057"));
  EXPECT_EQ(id_->to_string(), "01890a5d-ac96-774b-bcce-b302099a8057");
  EXPECT_FALSE(parse("--id 7"));
}

}  // namespace
}  // namespace fanfare::cli
