// What of a group survives the broker, and what the journal is told to keep for it.

#include <gtest/gtest.h>

#include "tests/unit/broker/group_members.hpp"
#include "tests/unit/broker/waiting_journal.hpp"

namespace fanfare::broker::core {
namespace {

using Strings = std::vector<std::string>;
using Sequences = std::vector<std::uint64_t>;

constexpr protocol::StreamNumber kChat = 1;

class GroupsRestart : public testing::Test {
 protected:
  GroupsRestart() { start(); }

  void start(Settings settings = GroupMember::settings()) {
    const auto now =
        driver ? driver->now : Instant{.steady = std::chrono::seconds(100), .clock = 1'700'000'000'000'000};
    driver.reset();
    driver = std::make_unique<CoreDriver>(std::move(settings), &journal);
    driver->now = now;
    publisher = driver->peer("publisher");
  }
  void publish(std::string_view payload, std::string_view topic = "chat.a") {
    driver->publish(publisher, topic, payload);
  }
  GroupMember member(protocol::Join join = GroupMember::join()) { return {*driver, join}; }

  WaitingJournal journal;
  std::unique_ptr<CoreDriver> driver;
  ConnectionId publisher = 0;
};

TEST_F(GroupsRestart, NeverDeliversAgainWhatWasAcknowledged) {
  for (const auto* one : {"1", "2", "3"}) publish(one);
  auto before = member();
  const auto taken = before.take();
  ASSERT_EQ(taken.size(), 3U);
  EXPECT_EQ(before.answer(before.ack(taken[1])), "ok");
  start();
  auto after = member();
  EXPECT_EQ(after.joined(), 0U);
  EXPECT_EQ(after.payloads(), (Strings{"1", "3"}));
}

TEST_F(GroupsRestart, RemembersFailuresAndCountsNoneForItself) {
  publish("1");
  auto before = member();
  before.fail(before.take().at(0));
  start();
  auto join = GroupMember::join();
  auto after = member(join);
  const auto taken = after.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].attempt, 2U);
}

TEST_F(GroupsRestart, GoesOnFromAnotherEpochAndSaysSo) {
  for (const auto* one : {"1", "2"}) publish(one);
  auto before = member();
  before.ack(before.take());
  journal.memory().begin_epoch(kChat);
  start();
  publish("3");
  auto after = member();
  EXPECT_EQ(after.joined(), 2U);
  const auto taken = after.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].payload, "3");
  EXPECT_EQ(after.answer(after.ack(taken[0])), "ok");
}

TEST_F(GroupsRestart, ForgetsNothingOfAnEpochThatItCouldNotStoreBeforeTheNextStop) {
  for (const auto* one : {"1", "2", "3"}) publish(one);
  auto before = member();
  before.ack(before.take());
  journal.memory().lose_beyond(kChat, 1);
  journal.memory().begin_epoch(kChat);
  journal.full_stream = kGroupsStream;
  journal.full = 100;
  start();
  publish("another 2");
  journal.full = 0;
  start();
  EXPECT_EQ(member().payloads(), Strings{"another 2"});
}

TEST_F(GroupsRestart, DeliversRecordsOfAnEarlierEpochUnderIt) {
  publish("1");
  auto before = member();
  const auto old = before.take().at(0);
  journal.memory().begin_epoch(kChat);
  start();
  publish("2");
  auto after = member();
  const auto taken = after.take();
  ASSERT_EQ(taken.size(), 2U);
  EXPECT_EQ(taken[0].epoch, old.epoch);
  EXPECT_NE(taken[1].epoch, old.epoch);
  after.ack(taken);
  start();
  auto last = member();
  EXPECT_TRUE(last.payloads().empty());
}

TEST_F(GroupsRestart, CommandsWaitUntilTheGroupsAreLoaded) {
  publish("1");
  {
    auto before = member();
    before.ack(before.take());
  }
  journal.holding = true;
  journal.holds.clear();
  start();
  GroupMember waits(*driver);
  waits.enter(GroupMember::join());
  driver->from(publisher, protocol::Manage{.request = 900, .action = protocol::ManageAction::drop, .group = "none"});
  EXPECT_EQ(waits.answer(driver->request), "none");
  EXPECT_FALSE(driver->has<protocol::Error>(publisher));
  EXPECT_TRUE(journal.holds.empty());
  journal.holding = false;
  while (!journal.answers.empty()) journal.give();
  driver->core().settle(driver->now);
  EXPECT_EQ(waits.answer(driver->request), "ok");
  EXPECT_EQ(driver->expect<protocol::Error>(publisher).as<protocol::Error>().code, ErrorCode::no_such_group);
}

TEST_F(GroupsRestart, TheJournalKeepsWhatIsNotFinishedAsFarAsThatIsStored) {
  EXPECT_EQ(journal.holds.at(kChat), Journal::kHoldsNothing);
  for (const auto* one : {"1", "2", "3"}) publish(one);
  auto working = member();
  EXPECT_EQ(journal.holds.at(kChat), 1U);
  const auto taken = working.take();
  working.ack(taken.at(1));
  EXPECT_EQ(journal.holds.at(kChat), 1U);
  journal.full = 1;
  journal.full_stream = kGroupsStream;
  working.ack(taken.at(0));
  EXPECT_EQ(journal.holds.at(kChat), 1U);
  driver->wait(std::chrono::seconds(1));
  EXPECT_EQ(journal.holds.at(kChat), 3U);
  EXPECT_EQ(journal.holds.at(kDeadStream), Journal::kHoldsNothing);
  EXPECT_EQ(journal.holds.at(kGroupsStream), 1U);
}

TEST_F(GroupsRestart, AGroupDoesNotHoldWhatIsNoneOfItsOwn) {
  auto working = member(GroupMember::join("chat.b"));
  for (const auto* one : {"1", "2", "3"}) publish(one, "chat.a");
  driver->wait(std::chrono::seconds(1));
  driver->wait(std::chrono::seconds(1));
  EXPECT_EQ(journal.holds.at(kChat), 4U);
}

TEST_F(GroupsRestart, AFullDiskDelaysAnswersAndLosesNothing) {
  publish("1");
  auto working = member();
  const auto taken = working.take();
  journal.full = 3;
  journal.full_stream = kGroupsStream;
  const auto request = working.ack(taken.at(0));
  EXPECT_EQ(working.answer(request), "none");
  for (int i = 0; i < 4; ++i) driver->wait(std::chrono::seconds(1));
  EXPECT_EQ(working.answer(request), "ok");
  start();
  auto after = member();
  EXPECT_TRUE(after.payloads().empty());
}

TEST_F(GroupsRestart, AFailedDiskStopsGroupsAndAnswersNoAck) {
  publish("1");
  auto working = member();
  const auto taken = working.take();
  journal.fails = kGroupsStream;
  EXPECT_EQ(working.answer(working.ack(taken.at(0))), "outcome_unknown");
  EXPECT_EQ(working.answer(working.ack(taken.at(0))), "storage_failed");
  auto other = member(GroupMember::join("chat.>", "other"));
  EXPECT_EQ(other.answer(driver->request), "storage_failed");
  journal.fails = protocol::kNoStream;
  start();
  auto after = member();
  EXPECT_EQ(after.payloads(), (Strings{"1"}));
}

TEST_F(GroupsRestart, AFailedDiskLetsGoOfWhoFinishes) {
  publish("1");
  publish("2");
  auto working = member();
  const auto taken = working.take();
  ASSERT_EQ(taken.size(), 2U);
  const auto finish = working.finish();
  journal.fails = kGroupsStream;
  EXPECT_EQ(working.answer(working.ack(taken[0])), "outcome_unknown");
  EXPECT_EQ(working.answer(finish), "storage_failed");
  EXPECT_EQ(working.answer(working.finish()), "no_such_handle");
  journal.fails = protocol::kNoStream;
}

TEST_F(GroupsRestart, ManyChangesBecomeASnapshotAndHoldOnlyThat) {
  auto working = member();
  for (int round = 0; round < 12; ++round) {
    for (int i = 0; i < 400; ++i) publish("x");
    auto taken = working.take();
    for (std::size_t i = 1; i < taken.size(); i += 2) working.defer(taken[i], 3'600'000);
    for (std::size_t i = 0; i < taken.size(); i += 2) working.ack(taken[i]);
  }
  start();
  auto after = member();
  EXPECT_FALSE(after.sequences().empty());
}

TEST_F(GroupsRestart, GroupsOfTheConfigurationAreThereWithoutAnybody) {
  auto settings = GroupMember::settings();
  settings.group_list.push_back({"mail", {.pattern = "chat.>", .max_deliver = 3}, true});
  publish("before");
  start(settings);
  publish("after");
  auto join = GroupMember::join("chat.>", "mail");
  auto working = member(join);
  EXPECT_EQ(working.payloads(), (Strings{"after"}));
  join.max_deliver = 4;
  auto other = member(join);
  EXPECT_EQ(other.answer(driver->request), "group_mismatch");
  // Another limit counts from the next start on, another order does not.
  settings.group_list[0].settings.max_deliver = 4;
  settings.group_list[0].settings.order = protocol::GroupOrder::key;
  start(settings);
  auto third = member(join);
  EXPECT_EQ(third.answer(driver->request), "ok");
}

TEST_F(GroupsRestart, AGroupWhoseStreamIsNoMoreStaysButIsNotJoined) {
  publish("1");
  {
    auto before = member();
    before.joined();
  }
  auto settings = GroupMember::settings();
  settings.streams[0] = {"talk", {"talk.>"}};
  start(settings);
  GroupMember none(*driver, GroupMember::join());
  EXPECT_EQ(none.answer(driver->request), "ambiguous_stream");
}

TEST_F(GroupsRestart, TermsRiseOverRestarts) {
  auto join = GroupMember::join();
  join.order = protocol::GroupOrder::exclusive;
  auto before = member(join);
  before.take();
  EXPECT_EQ(before.terms, (Sequences{1}));
  start();
  auto after = member(join);
  after.take();
  EXPECT_EQ(after.terms, (Sequences{2}));
}

}  // namespace
}  // namespace fanfare::broker::core
