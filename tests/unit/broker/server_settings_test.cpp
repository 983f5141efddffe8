#include <gmock/gmock.h>

#include "broker/server/settings.hpp"
#include "runtime/config/reader.hpp"

namespace fanfare::broker::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> problems(const std::string& yaml) {
  const auto config = runtime::read_config(yaml, "f.yaml", {}, config_check());
  return config ? std::vector<std::string>{} : config.error().lines;
}

TEST(ServerSettings, TakeTheDefaults) {
  EXPECT_TRUE(config_check()(runtime::default_config()).empty());
  const auto settings = core_settings(runtime::default_config());
  EXPECT_EQ(settings.limits.message, 1U << 20U);
  EXPECT_EQ(settings.limits.frame, 4U << 20U);
  EXPECT_EQ(settings.lease, std::chrono::seconds(10));
  EXPECT_EQ(settings.streams.size(), 4U) << "two of them its own";
}

TEST(ServerSettings, GiveSegmentsRoomForTheLargestMessage) {
  auto config = runtime::default_config();
  EXPECT_EQ(journal_options(config).segment_bytes, 64U << 20U);
  EXPECT_EQ(journal_options(config).streams.back().segment_bytes, 16U << 20U);
  config.limits.message = 100U << 20U;
  EXPECT_GT(journal_options(config).segment_bytes, config.limits.message);
  EXPECT_GT(journal_options(config).streams.back().segment_bytes, config.limits.message);
}

TEST(ServerSettings, NameThePlaceOfAPatternThatIsNone) {
  EXPECT_THAT(problems("streams:\n  s:\n    topics: [\"a..b\"]\n"), ElementsAre(HasSubstr("f.yaml:3:14")));
}

TEST(ServerSettings, RefuseStreamsThatShareATopic) {
  EXPECT_THAT(problems("streams:\n  s: {topics: [\"a.>\"]}\n  t: {topics: [\"a.b\"]}\n"),
              ElementsAre(HasSubstr("overlaps a.> of stream s")));
}

TEST(ServerSettings, ListenOnThisMachineOnlyWithoutKeys) {
  for (const auto* address :
       {"tcp://127.0.0.1:7410", "tcp://127.0.0.2:1", "tcp://localhost:7410", "tcp://[::1]:7410", "ipc:///tmp/x"}) {
    EXPECT_TRUE(is_local(address)) << address;
  }
  for (const auto* address : {"tcp://0.0.0.0:7410", "tcp://*:7410", "tcp://192.168.1.2:7410", "tcp://[::]:7410",
                              "tcp://127.evil.example:1"}) {
    EXPECT_FALSE(is_local(address)) << address;
  }
  EXPECT_THAT(problems("broker: {listen: \"tcp://0.0.0.0:7410\"}\n"), ElementsAre(HasSubstr("without keys")));
}

}  // namespace
}  // namespace fanfare::broker::server
