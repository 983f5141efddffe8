#include "broker/server/changes.hpp"

#include <gmock/gmock.h>

#include "runtime/config/reader.hpp"

namespace fanfare::broker::server {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::IsEmpty;

runtime::Config config(const std::string& yaml) { return runtime::read_config(yaml, "f.yaml", {}).value().config; }

TEST(ServerChanges, WhatMayChangeWhileItRunsIsNoFixedKey) {
  const auto next = config(
      "{log: {level: debug}, workers: {persistence: {replicas: 4}}, streams: {chat: {max_age: 1h, max_size: 1MiB, "
      "sync_interval: 1s}}, limits: {sessions: 5, subscriptions: 5, in_flight: 8MiB, headers: 1KiB, header_count: 1, "
      "request_timeout: 1s, drain: 1s}}");
  EXPECT_THAT(fixed_keys(runtime::default_config(), next), IsEmpty());
}

TEST(ServerChanges, WhatHasToWaitIsNamed) {
  const auto running = config("{streams: {old: {topics: [old]}}, groups: {work: {pattern: chat.>, order: any}}}");
  const auto next = config(
      "{data_dir: x, broker: {listen: 'tcp://127.0.0.1:1'}, streams: {new: {topics: [new]}, chat: {topics: [chat.>], "
      "durability: flush}}, groups: {work: {pattern: chat.a}}, log: {format: json}, metrics: {interval: 1s}, limits: "
      "{message: 1KiB, lease: 11s, outbox: 8MiB}}");
  EXPECT_THAT(fixed_keys(running, next),
              ElementsAre("data_dir", "broker.listen", "streams.old", "streams.new", "streams.chat.topics",
                          "streams.chat.durability", "groups.work", "log.format", "metrics.interval", "limits.message",
                          "limits.outbox", "limits.lease"));
}

TEST(ServerChanges, StreamsKeepTheirNumbersWhateverElseTheFileHas) {
  const auto running = config("{streams: {b: {topics: [b]}}}");  // after b: changes, chat, and the broker's own
  const auto next = config("{streams: {a: {topics: [a]}, b: {topics: [b], max_age: 1h, max_size: 2MiB}}}");
  const auto changes = changes_for(running, next);
  ASSERT_EQ(changes.streams.size(), 5U);
  EXPECT_EQ(changes.streams[0].name, "b");
  EXPECT_EQ(changes.streams[0].number, 1U);
  EXPECT_EQ(changes.streams[0].rules.max_age, hours(1));
  EXPECT_EQ(changes.streams[0].rules.max_size, 2U << 20U);
  EXPECT_EQ(changes.streams[2].name, "chat");
  EXPECT_EQ(changes.streams[2].rules.max_age, hours(24 * 30));
}

TEST(ServerChanges, StreamThatIsGoneKeepsWhatItHas) {
  const auto changes = changes_for(config("{streams: {b: {topics: [b]}}}"), config("{}"));
  EXPECT_EQ(changes.streams.size(), 4U);
  for (const auto& stream : changes.streams) EXPECT_NE(stream.name, "b");
}

}  // namespace
}  // namespace fanfare::broker::server
