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
  EXPECT_EQ(settings.presence_grace, std::chrono::seconds(10));
  ASSERT_EQ(settings.streams.size(), 4U);
  EXPECT_EQ(settings.streams[2].name, "dead");
  EXPECT_EQ(settings.streams[3].name, "$groups");
  const auto options = journal_options(runtime::default_config());
  ASSERT_EQ(options.streams.size(), 4U);
  EXPECT_EQ(options.streams[2].max_age, std::chrono::hours(24 * 30));
  EXPECT_EQ(options.streams[3].number, 4U);
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

TEST(ServerSettings, RefuseStreamsThatAreTheBrokersOwn) {
  EXPECT_THAT(problems("streams:\n  dead: {topics: [\"a.>\"]}\n"), ElementsAre(HasSubstr("keeps this stream itself")));
  EXPECT_THAT(problems("streams:\n  s: {topics: [\"$dead.a\"]}\n"),
              ElementsAre(HasSubstr("overlaps $dead.> of stream dead")));
  EXPECT_THAT(problems("streams:\n  s: {topics: [\"$groups\"]}\n"), ElementsAre(HasSubstr("overlaps $groups")));
}

TEST(ServerSettings, TakeGroups) {
  const auto config = runtime::read_config(
      "groups:\n  mail: {pattern: \"chat.>\", order: key, from: new, back_off: 1s 2m}\n", "f.yaml", {}, config_check());
  ASSERT_TRUE(config);
  const auto settings = core_settings(config->config);
  ASSERT_EQ(settings.group_list.size(), 1U);
  const auto& mail = settings.group_list[0];
  EXPECT_EQ(mail.name, "mail");
  EXPECT_TRUE(mail.from_now);
  EXPECT_EQ(mail.settings.order, protocol::GroupOrder::key);
  EXPECT_EQ(mail.settings.max_deliver, 5U);
  EXPECT_THAT(mail.settings.back_off, ElementsAre(std::chrono::seconds(1), std::chrono::minutes(2)));
}

TEST(ServerSettings, NameWhatIsWrongWithAGroup) {
  EXPECT_THAT(problems("groups:\n  g: {order: key}\n"), ElementsAre(HasSubstr("expected a topic pattern")));
  EXPECT_THAT(problems("groups:\n  g: {pattern: \"demo.>\"}\n"), ElementsAre(HasSubstr("lies in one of the streams")));
  EXPECT_THAT(problems("groups:\n  g: {pattern: \"chat.>\", back_off: soon}\n"), ElementsAre(HasSubstr("durations")));
  EXPECT_THAT(problems("groups:\n  g: {order: exclusive}\n"), ElementsAre());
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
