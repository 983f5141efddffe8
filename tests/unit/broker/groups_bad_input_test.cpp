// What members and operators get wrong, and what they are told.

#include <gtest/gtest.h>

#include "tests/unit/broker/group_members.hpp"

namespace fanfare::broker::core {
namespace {

class GroupsBadInput : public testing::Test {
 protected:
  GroupsBadInput() : peer(driver.peer()) {}

  template <class Command>
  std::string told(Command command) {
    if constexpr (requires { command.request; }) command.request = ++driver.request;
    driver.take(peer);
    driver.from(peer, command);
    if (!driver.has<protocol::Error>(peer)) return driver.has<protocol::Ok>(peer) ? "ok" : "none";
    const auto got = driver.expect<protocol::Error>(peer);
    const auto error = got.template as<protocol::Error>();
    if ((error.flags & protocol::Error::kCloses) != 0) peer = driver.peer();
    return std::string(describe(error.code).name);
  }

  CoreDriver driver{GroupMember::settings()};
  ConnectionId peer;
};

TEST_F(GroupsBadInput, GroupsHaveANameOfOneToken) {
  for (const auto* name : {"", "a.b", "a b", "-a", ">"}) {
    auto join = GroupMember::join();
    join.group = std::string_view(name);
    EXPECT_EQ(told(join), "bad_name") << name;
  }
}

TEST_F(GroupsBadInput, PatternsLieInOneStreamThatIsNotTheBrokersOwn) {
  for (const auto* pattern : {"", "a..b", "a.>.b"}) EXPECT_EQ(told(GroupMember::join(pattern)), "bad_pattern");
  for (const auto* pattern : {">", "*.a", "demo"}) EXPECT_EQ(told(GroupMember::join(pattern)), "ambiguous_stream");
  for (const auto* pattern : {"$groups", "$dead.>", "$dead.a"}) {
    EXPECT_EQ(told(GroupMember::join(pattern)), "permission_denied");
  }
  auto elects = GroupMember::join("");
  elects.order = protocol::GroupOrder::exclusive;
  EXPECT_EQ(told(elects), "ok");
}

TEST_F(GroupsBadInput, NumbersHaveRanges) {
  const auto wrong = [&](auto change) {
    auto join = GroupMember::join();
    change(join);
    EXPECT_EQ(told(join), "group_mismatch");
  };
  wrong([](auto& join) { join.max_in_flight = 65'537; });
  wrong([](auto& join) { join.ack_wait_ms = 99; });
  wrong([](auto& join) { join.ack_wait_ms = 86'400'001; });
  wrong([](auto& join) { join.max_deliver = 1'001; });
  wrong([](auto& join) { join.max_pending = 10'000'001; });
  wrong([](auto& join) { join.back_off_ms.assign(33, 1); });
  wrong([](auto& join) { join.back_off_ms = {86'400'001}; });
  auto join = GroupMember::join();
  join.from = protocol::From::after;
  EXPECT_EQ(told(join), "malformed_frame");
}

TEST_F(GroupsBadInput, ALaterJoinAgreesWithTheFirst) {
  ASSERT_EQ(told(GroupMember::join()), "ok");
  const auto wrong = [&](auto change) {
    auto join = GroupMember::join();
    join.handle = 8;
    change(join);
    EXPECT_EQ(told(join), "group_mismatch");
  };
  wrong([](auto& join) { join.order = protocol::GroupOrder::key; });
  wrong([](auto& join) { join.pattern = "chat.*"; });
  wrong([](auto& join) { join.ack_wait_ms = 1'000; });
  wrong([](auto& join) { join.max_deliver = 6; });
  wrong([](auto& join) { join.max_pending = 7; });
  wrong([](auto& join) { join.back_off_ms = {1}; });
  auto same = GroupMember::join();
  same.handle = 8;
  same.max_deliver = 5;
  EXPECT_EQ(told(same), "ok");
}

TEST_F(GroupsBadInput, HandlesAreOneSpaceAndCount) {
  ASSERT_EQ(told(GroupMember::join()), "ok");
  EXPECT_EQ(told(GroupMember::join("chat.>", "other")), "handle_in_use");
  EXPECT_EQ(told(protocol::Subscribe{.handle = 7, .pattern = "a"}), "handle_in_use");
  EXPECT_EQ(told(protocol::Serve{.handle = 7, .pattern = "a"}), "handle_in_use");
  auto none = GroupMember::join();
  none.handle = 0;
  EXPECT_EQ(told(none), "handle_in_use");
  EXPECT_EQ(told(protocol::Leave{.handle = 8}), "no_such_handle");
  EXPECT_EQ(told(protocol::Ack{.handle = 8, .entries = {{1, 1}}}), "no_such_handle");
  EXPECT_EQ(told(protocol::Nack{.handle = 8}), "no_such_handle");
  EXPECT_EQ(told(protocol::Progress{.handle = 8}), "none");
  EXPECT_EQ(told(protocol::Leave{.handle = 7}), "ok");
  EXPECT_EQ(told(protocol::Leave{.handle = 7}), "no_such_handle");
}

TEST_F(GroupsBadInput, WhatNobodyWasHandedIsStale) {
  ASSERT_EQ(told(GroupMember::join()), "ok");
  EXPECT_EQ(told(protocol::Ack{.handle = 7, .entries = {{1, 1}}}), "stale");
  EXPECT_EQ(told(protocol::Nack{.handle = 7, .entry = {1, 1}}), "stale");
  EXPECT_EQ(told(protocol::Progress{.handle = 7, .entry = {1, 1}}), "none");
}

TEST_F(GroupsBadInput, FieldsThatDoNotFitAreMalformed) {
  ASSERT_EQ(told(GroupMember::join()), "ok");
  EXPECT_EQ(told(protocol::Ack{.handle = 7}), "malformed_frame");
  ASSERT_EQ(told(GroupMember::join()), "ok");
  EXPECT_EQ(told(protocol::Ack{.handle = 7, .flags = protocol::Ack::kCumulative, .entries = {{1, 1}, {2, 1}}}),
            "malformed_frame");
  ASSERT_EQ(told(GroupMember::join()), "ok");
  EXPECT_EQ(told(protocol::Nack{.handle = 7, .reason = "\xFF"}), "malformed_frame");
  EXPECT_EQ(told(protocol::Manage{.from = protocol::From::time, .group = "work"}), "malformed_frame");
}

TEST_F(GroupsBadInput, NobodyManagesAGroupThatIsNone) {
  for (const auto action : {protocol::ManageAction::reset, protocol::ManageAction::drop,
                            protocol::ManageAction::retry_dead, protocol::ManageAction::drop_dead}) {
    EXPECT_EQ(told(protocol::Manage{.action = action, .group = "none"}), "no_such_group");
  }
}

TEST_F(GroupsBadInput, GroupsAreBounded) {
  auto settings = GroupMember::settings();
  settings.groups = 1;
  CoreDriver small(settings);
  GroupMember first(small, GroupMember::join());
  GroupMember second(small, GroupMember::join("chat.>", "second"));
  EXPECT_EQ(second.answer(small.request), "too_many_subscriptions");
}

TEST_F(GroupsBadInput, ACoreWithoutStreamsForThemHasNoGroups) {
  CoreDriver none;
  GroupMember member(none, GroupMember::join());
  EXPECT_EQ(member.answer(none.request), "not_supported");
}

}  // namespace
}  // namespace fanfare::broker::core
