// How much room many messages take.
#include <malloc.h>

#include <iostream>

#include "group_driver.hpp"

namespace fanfare::broker::core::groups {
namespace {

using protocol::GroupOrder;

/// What the program has from the allocator at present; nothing else allocates meanwhile. 0 where a sanitizer keeps it.
std::size_t allocated() {
  const auto info = mallinfo2();
  return info.uordblks + info.hblkhd;
}

GroupState working(GroupOrder order) {
  GroupState state;
  state.settings.order = order;
  state.settings.pattern = ">";
  return state;
}

/// Fills a group and hands out all of it, if it is to be; returns the bytes a message takes.
std::size_t bytes_each(GroupOrder order, std::uint64_t messages, std::uint64_t topics, bool out) {
  constexpr std::uint64_t kMembers = 20;
  const auto before = allocated();
  Group group(working(order));
  for (MemberId member = 1; member <= kMembers; ++member) {
    group.join(member, static_cast<std::uint32_t>(messages / kMembers), {});
  }
  for (std::uint64_t sequence = 1; sequence <= messages; ++sequence) {
    group.found(sequence, static_cast<TopicNumber>(sequence % topics));
  }
  while (out) {
    const auto offer = group.next();
    if (!offer) break;
    (void)group.hand_over(*offer, {}, {});
  }
  EXPECT_EQ(group.in_flight(), out ? messages : 0);
  EXPECT_EQ(group.pending(), messages);
  const auto bytes = (allocated() - before) / messages;
  std::cout << bytes << " bytes for each of " << messages << " messages of " << topics << " topics"
            << (out ? ", at members\n" : ", ready\n");
  return bytes;
}

TEST(GroupScale, AMillionMessagesAtMembersTakeLittleRoom) {
  // Fewer where a sanitizer keeps the memory: nothing is measured there.
  const std::uint64_t messages = allocated() == 0 ? 50'000 : 1'000'000;
  EXPECT_LE(bytes_each(GroupOrder::key, messages, 1'000, true), 100U);
}

TEST(GroupScale, WhatAMessageTakesDependsOnWhereItIs) {
  constexpr std::uint64_t kMessages = 50'000;
  EXPECT_LE(bytes_each(GroupOrder::any, kMessages, 1, true), 100U);
  EXPECT_LE(bytes_each(GroupOrder::any, kMessages, 1, false), 150U);
  EXPECT_LE(bytes_each(GroupOrder::key, kMessages, 1, false), 100U);
  EXPECT_LE(bytes_each(GroupOrder::key, kMessages, kMessages, true), 180U);
  EXPECT_LE(bytes_each(GroupOrder::key, kMessages, kMessages, false), 230U);
}

TEST(GroupScale, AHundredGroupsOfTenMembersWithAHundredEach) {
  const auto before = allocated();
  std::vector<Group> groups;
  for (int i = 0; i < 100; ++i) {
    auto& group = groups.emplace_back(working(i % 2 == 0 ? GroupOrder::any : GroupOrder::key));
    for (MemberId member = 1; member <= 10; ++member) group.join(member, 100, {});
    for (std::uint64_t sequence = 1; sequence <= 1'000; ++sequence) {
      group.found(sequence, static_cast<TopicNumber>(sequence % 100));
    }
    while (const auto offer = group.next()) (void)group.hand_over(*offer, {}, {});
    EXPECT_EQ(group.in_flight(), 1'000U);
  }
  const auto kibibytes = (allocated() - before) >> 10U;
  std::cout << kibibytes << " KiB for a hundred thousand messages at a thousand members\n";
  EXPECT_LE(kibibytes, 12U << 10U);
}

TEST(GroupScale, GivesItsRoomBackWhenAllIsFinished) {
  const auto before = allocated();
  Group group(working(GroupOrder::any));
  group.join(1, 20'000, {});
  for (std::uint64_t sequence = 1; sequence <= 20'000; ++sequence) group.found(sequence, 1);
  std::vector<Delivered> all;
  while (const auto offer = group.next()) {
    all.push_back({.sequence = offer->sequence, .attempt = group.hand_over(*offer, {}, {})});
  }
  for (const auto& each : all) ASSERT_TRUE(group.ack(1, {}, each, {}));
  EXPECT_EQ(group.state().floor, 20'000U);
  (void)group.take_changes();
  all = std::vector<Delivered>();
  EXPECT_LE(allocated() - before, 64U << 10U);
}

}  // namespace
}  // namespace fanfare::broker::core::groups
