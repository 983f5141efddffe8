// The way of a message that nobody can handle, and what operators do to groups.

#include <gtest/gtest.h>

#include "tests/unit/broker/group_members.hpp"
#include "tests/unit/broker/waiting_journal.hpp"

namespace fanfare::broker::core {
namespace {

using Strings = std::vector<std::string>;
using Sequences = std::vector<std::uint64_t>;
using protocol::ManageAction;

class DeadLetters : public testing::Test {
 protected:
  DeadLetters() { start(); }

  void start() {
    const auto now =
        driver ? driver->now : Instant{.steady = std::chrono::seconds(100), .clock = 1'700'000'000'000'000};
    driver.reset();
    driver = std::make_unique<CoreDriver>(GroupMember::settings(), &journal);
    driver->now = now;
    publisher = driver->peer("publisher");
  }
  void publish(std::string_view payload, std::string_view topic = "chat.a", std::optional<Uuid> id = {}) {
    driver->publish(publisher, topic, payload, id);
  }
  static protocol::Join join() {
    auto join = GroupMember::join();
    join.max_deliver = 2;
    join.back_off_ms = {10};
    return join;
  }
  /// Fails what comes until it is in the dead letters.
  void fail_all(GroupMember& member) {
    for (int i = 0; i < 2; ++i) {
      for (const auto& one : member.take()) member.fail(one, 0, "can't read it");
      driver->wait(std::chrono::milliseconds(10));
    }
  }
  std::string manage(ManageAction action, std::vector<std::uint64_t> sequences = {},
                     protocol::From from = protocol::From::all, Position position = {}) {
    driver->from(publisher, protocol::Manage{.request = ++driver->request,
                                             .action = action,
                                             .from = from,
                                             .position = position,
                                             .group = "work",
                                             .sequences = std::move(sequences)});
    if (driver->has<protocol::Error>(publisher)) {
      const auto error = driver->expect<protocol::Error>(publisher);
      return std::string(describe(error.as<protocol::Error>().code).name);
    }
    return driver->has<protocol::Ok>(publisher) ? (driver->expect<protocol::Ok>(publisher), "ok") : "none";
  }
  std::vector<Headers> rows(protocol::QueryKind kind) {
    driver->from(publisher, protocol::Query{.request = ++driver->request, .kind = kind});
    const auto got = driver->expect<protocol::Page>(publisher);
    const auto page = got.as<protocol::Page>();
    std::vector<Headers> rows;
    protocol::Reader reader(page.content);
    for (std::uint32_t i = 0; i < page.count; ++i) {
      protocol::LongText row;
      reader(row);
      rows.push_back(*protocol::decode_headers(row));
    }
    return rows;
  }
  /// The letters of the stream, read as anybody may.
  std::vector<Headers> letters() {
    const auto reader = driver->peer("reader");
    driver->from(reader, protocol::Fetch{.request = 1, .from = protocol::From::all, .pattern = "$dead.>"});
    const auto got = driver->expect<protocol::Page>(reader);
    std::vector<Headers> letters;
    auto records = std::string_view(got.as<protocol::Page>().content);
    while (const auto record = protocol::next_record(records)) {
      letters.push_back(*protocol::decode_headers(record->content.headers));
      letters.back()["payload"] = record->content.payload;
    }
    return letters;
  }

  WaitingJournal journal;
  std::unique_ptr<CoreDriver> driver;
  ConnectionId publisher = 0;
};

TEST_F(DeadLetters, TakeWhatFailedTooOftenWithTheReason) {
  publish("poison");
  GroupMember member(*driver, join());
  fail_all(member);
  const auto all = letters();
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(all[0].at("payload"), "poison");
  EXPECT_EQ(all[0].at("$topic"), "chat.a");
  EXPECT_EQ(all[0].at("$stream"), "chat");
  EXPECT_EQ(all[0].at("$sequence"), "1");
  EXPECT_EQ(all[0].at("$failures"), "2");
  EXPECT_EQ(all[0].at("$reason"), "can't read it");
  EXPECT_EQ(all[0].at("$publisher"), "local");
  const auto open = rows(protocol::QueryKind::dead_letters);
  ASSERT_EQ(open.size(), 1U);
  EXPECT_EQ(open[0], (Headers{{"group", "work"}, {"first", "1"}, {"last", "1"}}));
  const auto group = rows(protocol::QueryKind::groups).at(0);
  EXPECT_EQ(group.at("floor"), "1");
  EXPECT_EQ(group.at("dead"), "1");
}

TEST_F(DeadLetters, ComeBackToTheirGroupOnlyAtTheirOwnPlace) {
  const Uuid id{{7}};
  publish("poison", "chat.a", id);
  GroupMember member(*driver, join());
  GroupMember other(*driver, GroupMember::join("chat.>", "other"));
  const auto before = other.take().at(0);
  other.ack(before);
  fail_all(member);
  driver->wait(std::chrono::seconds(5));
  EXPECT_EQ(manage(ManageAction::retry_dead), "ok");
  EXPECT_TRUE(other.take().empty());
  const auto taken = member.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].payload, "poison");
  EXPECT_EQ(taken[0].sequence, before.sequence);
  EXPECT_EQ(taken[0].epoch, before.epoch);
  EXPECT_EQ(taken[0].timestamp, before.timestamp);
  EXPECT_EQ(taken[0].publisher, before.publisher);
  EXPECT_EQ(taken[0].id, id);
  EXPECT_EQ(taken[0].topic, "chat.a");
  EXPECT_EQ(taken[0].headers, (Headers{{"$dead", "1"}}));
  EXPECT_EQ(member.answer(member.ack(taken[0])), "ok");
  EXPECT_TRUE(rows(protocol::QueryKind::dead_letters).empty());
}

TEST_F(DeadLetters, OneThatFailsAgainHasItsLetterStill) {
  publish("poison");
  GroupMember member(*driver, join());
  fail_all(member);
  EXPECT_EQ(manage(ManageAction::retry_dead, {1, 99}), "ok");
  fail_all(member);
  EXPECT_EQ(letters().size(), 1U);
  EXPECT_EQ(rows(protocol::QueryKind::dead_letters).size(), 1U);
}

TEST_F(DeadLetters, GivenBackOnesSurviveTheBroker) {
  publish("poison");
  {
    GroupMember member(*driver, join());
    fail_all(member);
    member.leave();
    EXPECT_EQ(manage(ManageAction::retry_dead), "ok");
  }
  start();
  GroupMember member(*driver, join());
  const auto taken = member.take();
  ASSERT_EQ(taken.size(), 1U);
  EXPECT_EQ(taken[0].headers, (Headers{{"$dead", "1"}}));
  EXPECT_EQ(member.answer(member.ack(taken[0])), "ok");
}

TEST_F(DeadLetters, AreLetGoOnDemand) {
  publish("poison");
  GroupMember member(*driver, join());
  fail_all(member);
  EXPECT_EQ(manage(ManageAction::drop_dead), "ok");
  EXPECT_TRUE(rows(protocol::QueryKind::dead_letters).empty());
  EXPECT_EQ(manage(ManageAction::retry_dead), "ok");
  EXPECT_TRUE(member.take().empty());
}

TEST_F(DeadLetters, StandOnceThoughTheBrokerStoppedBetweenTheLetterAndTheGroupsRecord) {
  publish("poison");
  {
    GroupMember member(*driver, join());
    member.fail(member.take().at(0));
    driver->wait(std::chrono::milliseconds(10));
    const auto last = member.take().at(0);
    journal.fails = kGroupsStream;  // the letter is stored, what the group says of it is not
    member.fail(last);
  }
  journal.fails = protocol::kNoStream;
  ASSERT_EQ(letters().size(), 1U);
  start();
  GroupMember member(*driver, join());
  member.fail(member.take().at(0));
  EXPECT_EQ(letters().size(), 1U);
  EXPECT_EQ(rows(protocol::QueryKind::dead_letters).size(), 1U);
}

TEST_F(DeadLetters, WaitForRoom) {
  publish("poison");
  GroupMember member(*driver, join());
  journal.full_stream = kDeadStream;
  journal.full = 2;
  fail_all(member);
  EXPECT_TRUE(letters().empty());
  EXPECT_TRUE(rows(protocol::QueryKind::dead_letters).empty());
  for (int i = 0; i < 3; ++i) driver->wait(std::chrono::seconds(1));
  EXPECT_EQ(letters().size(), 1U);
  EXPECT_EQ(rows(protocol::QueryKind::dead_letters).size(), 1U);
}

TEST_F(DeadLetters, DoNotTakeThePlaceOfAnotherMessageWhenTheStreamHasLostTheirs) {
  publish("poison");
  {
    GroupMember member(*driver, join());
    fail_all(member);
  }
  journal.memory().lose_beyond(1, 0);
  journal.memory().begin_epoch(1);
  start();
  publish("another");
  GroupMember member(*driver, join());
  EXPECT_EQ(manage(ManageAction::retry_dead), "ok");
  EXPECT_EQ(member.payloads(), Strings{"another"});
  EXPECT_EQ(rows(protocol::QueryKind::dead_letters).size(), 1U);
}

TEST_F(DeadLetters, AreForgottenWhenRetentionRemovesThem) {
  publish("poison");
  GroupMember member(*driver, join());
  fail_all(member);
  journal.memory().trim(kDeadStream, 2);
  driver->core().settle(driver->now);
  EXPECT_TRUE(rows(protocol::QueryKind::dead_letters).empty());
}

TEST_F(DeadLetters, AResetBeginsAnewAndTakesBackWhatIsOut) {
  for (const auto* one : {"1", "2", "3"}) publish(one);
  GroupMember member(*driver, join());
  const auto first = member.take();
  ASSERT_EQ(first.size(), 3U);
  member.ack(first[0]);
  EXPECT_EQ(manage(ManageAction::reset), "ok");
  const auto again = member.take();
  ASSERT_EQ(again.size(), 3U);
  EXPECT_EQ(member.revoked.size(), 2U);
  EXPECT_EQ(again[1].attempt, 2U);
  EXPECT_EQ(member.answer(member.ack(first[1])), "stale");
  EXPECT_EQ(member.answer(member.ack(again[1])), "ok");
  EXPECT_EQ(manage(ManageAction::reset, {}, protocol::From::now), "ok");
  EXPECT_TRUE(member.take().empty());
  start();
  GroupMember after(*driver, join());
  EXPECT_EQ(after.joined(), 3U);
}

TEST_F(DeadLetters, ADropForgetsTheGroupAndTellsItsMembers) {
  publish("1");
  GroupMember member(*driver, join());
  const auto request = driver->request;
  EXPECT_EQ(member.answer(request), "ok");
  EXPECT_EQ(manage(ManageAction::drop), "ok");
  EXPECT_EQ(member.answer(request), "no_such_group");
  EXPECT_EQ(manage(ManageAction::drop), "no_such_group");
  EXPECT_TRUE(rows(protocol::QueryKind::groups).empty());
  start();
  EXPECT_TRUE(rows(protocol::QueryKind::groups).empty());
  auto other = join();
  other.order = protocol::GroupOrder::key;
  GroupMember anew(*driver, other);
  EXPECT_EQ(anew.payloads(), (Strings{"1"}));
}

}  // namespace
}  // namespace fanfare::broker::core
