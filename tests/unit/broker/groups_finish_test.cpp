#include <gtest/gtest.h>

#include "tests/unit/broker/group_members.hpp"
#include "tests/unit/broker/waiting_journal.hpp"

namespace fanfare::broker::core {
namespace {

using Strings = std::vector<std::string>;

/// LEAVE when done.
class GroupsFinish : public testing::Test {
 protected:
  GroupsFinish() { publisher = driver.peer("publisher"); }

  void publish(int count) {
    for (int i = 0; i < count; ++i) driver.publish(publisher, "chat.a", std::to_string(++published));
  }
  std::uint64_t redelivered() {
    for (const auto& group : driver.core().figures().groups) {
      if (group.name == "work") return group.redelivered;
    }
    return 0;
  }

  CoreDriver driver{GroupMember::settings()};
  ConnectionId publisher;
  int published = 0;
};

TEST_F(GroupsFinish, AnswerWhenEverythingIsSettledAndRedeliverNothing) {
  GroupMember one(driver, GroupMember::join());
  publish(3);
  const auto taken = one.take();
  ASSERT_EQ(taken.size(), 3U);
  const auto finish = one.finish();
  GroupMember other(driver, GroupMember::join());
  publish(1);
  EXPECT_EQ(other.payloads(), (Strings{"4"})) << "what it has stays there, what is new goes elsewhere";
  one.ack(taken[0]);
  one.ack(taken[2]);
  EXPECT_EQ(one.answer(finish), "none");
  EXPECT_TRUE(one.had.empty());
  const auto last = one.ack(taken[1]);
  EXPECT_EQ(one.answer(last), "ok");
  EXPECT_EQ(one.answer(finish), "ok");
  EXPECT_TRUE(other.payloads().empty());
  EXPECT_EQ(redelivered(), 0U);
  EXPECT_EQ(one.answer(one.finish()), "no_such_handle") << "it is no member any more";
}

TEST_F(GroupsFinish, AnswerAtOnceWhoHasNothing) {
  GroupMember one(driver, GroupMember::join());
  EXPECT_EQ(one.answer(one.finish()), "ok");
  publish(1);
  EXPECT_TRUE(one.payloads().empty());
}

TEST_F(GroupsFinish, AnswerEachRequestOnce) {
  GroupMember one(driver, GroupMember::join());
  publish(1);
  const auto taken = one.take();
  const auto first = one.finish();
  const auto second = one.finish();
  EXPECT_EQ(one.answer(first), "canceled");
  EXPECT_EQ(one.answer(second), "none");
  GroupMember other(driver, GroupMember::join());
  one.leave();
  EXPECT_EQ(one.answer(second), "canceled");
  EXPECT_EQ(one.answer(driver.request), "ok");
  EXPECT_EQ(other.payloads(), (Strings{"1"})) << "a plain LEAVE gives the rest back";
  EXPECT_EQ(one.answer(one.ack(taken[0])), "no_such_handle");
}

TEST_F(GroupsFinish, CancelAJoinThatWasNotAnswered) {
  GroupMember one(driver);
  auto join = GroupMember::join();
  join.request = 901;
  driver.from(one.peer(), join,
              protocol::Leave{.request = 902, .handle = join.handle, .flags = protocol::Leave::kWhenDone});
  EXPECT_EQ(one.answer(901), "canceled");
  EXPECT_EQ(one.answer(902), "ok");
}

TEST_F(GroupsFinish, LetGoOfWhoseMessagesWereTakenBack) {
  auto join = GroupMember::join();
  join.ack_wait_ms = 1'000;
  GroupMember one(driver, join);
  publish(2);
  ASSERT_EQ(one.take().size(), 2U);
  const auto finish = one.finish();
  EXPECT_EQ(one.answer(finish), "none");
  driver.wait(std::chrono::milliseconds(1'000));
  EXPECT_EQ(one.answer(finish), "ok") << "the time for the first has passed, the other was never begun";
}

TEST_F(GroupsFinish, GoOnOverAResetAndEndWithADrop) {
  GroupMember one(driver, GroupMember::join());
  publish(2);
  ASSERT_EQ(one.take().size(), 2U);
  const auto finish = one.finish();
  driver.from(publisher, protocol::Manage{.request = ++driver.request,
                                          .action = protocol::ManageAction::reset,
                                          .position = {},
                                          .group = "work",
                                          .sequences = {}});
  EXPECT_EQ(one.answer(finish), "ok") << "nothing that it has counts any more";
  EXPECT_TRUE(one.had.empty());

  GroupMember other(driver, GroupMember::join());
  ASSERT_EQ(other.take().size(), 2U);
  const auto dropped = other.finish();
  EXPECT_EQ(other.answer(dropped), "none");
  driver.from(publisher, protocol::Manage{.request = ++driver.request,
                                          .action = protocol::ManageAction::drop,
                                          .position = {},
                                          .group = "work",
                                          .sequences = {}});
  EXPECT_EQ(other.answer(dropped), "ok");
}

TEST_F(GroupsFinish, PassOnTheRoleOnlyThen) {
  auto join = GroupMember::join();
  join.order = protocol::GroupOrder::exclusive;
  GroupMember one(driver, join);
  GroupMember other(driver, join);
  publish(1);
  const auto taken = one.take();
  ASSERT_EQ(taken.size(), 1U);
  const auto finish = one.finish();
  publish(1);
  EXPECT_TRUE(other.payloads().empty());
  EXPECT_EQ(other.terms, (std::vector<std::uint64_t>{0}));
  one.ack(taken[0]);
  EXPECT_EQ(one.answer(finish), "ok");
  EXPECT_EQ(other.payloads(), (Strings{"2"}));
  EXPECT_EQ(other.terms, (std::vector<std::uint64_t>{0, 2}));
}

TEST_F(GroupsFinish, GiveToOthersWhatALostSessionHad) {
  GroupMember one(driver, GroupMember::join());
  publish(2);
  ASSERT_EQ(one.take().size(), 2U);
  one.finish();
  GroupMember other(driver, GroupMember::join());
  one.lose();
  driver.wait(std::chrono::seconds(1));
  EXPECT_EQ(other.take().size(), 2U);
}

TEST_F(GroupsFinish, KeepNoBrokerFromStopping) {
  GroupMember one(driver, GroupMember::join());
  publish(1);
  const auto taken = one.take();
  const auto finish = one.finish();
  driver.core().drain(std::chrono::seconds(10));
  one.ack(taken[0]);
  EXPECT_EQ(one.answer(finish), "ok");
  driver.confirm(one.peer());
  driver.confirm(publisher);
  EXPECT_TRUE(driver.core().drained());
}

}  // namespace
}  // namespace fanfare::broker::core
