// The sender over a real database, told by hand what comes and who is there.
#include "workers/notify/sender.hpp"

#include <gmock/gmock.h>

#include <atomic>
#include <sstream>

#include "tests/integration/workers/notify/notify_people.hpp"
#include "tests/integration/workers/notify/scripted_notifier.hpp"
#include "tests/support/eventually.hpp"
#include "tests/support/shared_log.hpp"

namespace fanfare::workers::notify {
namespace {

using namespace std::chrono_literals;
using namespace test_support;
using fanfare::test::eventually;
using testing::HasSubstr;
using testing::SizeIs;
using Outcome = Told::Outcome;

class SenderTest : public testing::Test {
 protected:
  SenderTest() {
    execute(people.file(), make_room_sql(1, 3));
    options.lease = 30s;
    options.now = [this] { return common::wall_clock() + clock_offset.load(); };
    presence.connection_is({.connection = Connection::ready});
    presence.completed(false);
  }
  ~SenderTest() override { notifier.let_go(); }

  store::NotificationStoreOptions store_options(const std::string& holder) const {
    return {.notifier = "scripted", .holder = holder, .times = options.times};
  }
  OpenStore opener() {
    return [this](const store::NotificationStoreOptions& asked) -> runtime::Result<std::unique_ptr<Store>> {
      if (is_away) return runtime::Error{"the database is away"};
      return people.database->notification_store(asked);
    };
  }
  void start(const std::string& holder = "one") {
    sender.emplace(Sender::Context{notifier, presence, log, metrics, figures,
                                   [this](const Uuid& person, const std::string& reason) {
                                     ended.push_back(person.to_string() + " " + reason);
                                   }},
                   options, ReopenedStore(opener(), store_options(holder)));
  }
  void stop() {
    sender->close(std::chrono::steady_clock::now() + fanfare::test::patient(5s));
    sender->finish();
    sender.reset();
  }
  /// From person 0, in the room.
  void arrive(std::uint64_t sequence, std::uint32_t in = 1, std::uint32_t author = 0) {
    const store::Arrival arrival{room(in), person(author), {id_of('e', 1), sequence}, options.now(), "text"};
    taker->take({&arrival, 1}).value();
    if (sender) sender->wake();
  }
  bool calls(std::size_t count) {
    return eventually(10s, [&] { return notifier.count() >= count; });
  }
  bool settled() {
    return eventually(10s, [&] { return taker->waiting().value() == 0; });
  }
  [[nodiscard]] bool counts(const std::string& line) const {
    return metrics.serialize().find("\n" + line + "\n") != std::string::npos;
  }
  void only_person_1() { execute(people.file(), "DELETE FROM notifier_link WHERE address = 'a2'"); }

  using Store = store::NotificationStore;

  NotifyDatabase people;
  Sender::Options options{.times = {.grace = 0ms, .window = 1h, .change_every = 0ms}};
  std::atomic<std::chrono::milliseconds> clock_offset{0ms};
  std::atomic<bool> is_away = false;
  fanfare::test::SharedLog log_text;
  std::ostream lines{&log_text};
  runtime::Logger log{{}, "test", lines};
  runtime::Metrics metrics;
  NotifyFigures figures{"scripted", metrics};
  PresenceView presence{0ms};
  ScriptedNotifier notifier;
  std::unique_ptr<Store> taker = people.database->notification_store(store_options("taker")).value();
  std::vector<std::string> ended;  // the sender's thread's; read after stop()
  std::optional<Sender> sender;
};

TEST_F(SenderTest, TellsWhoIsAwayOnceAndTheAuthorNever) {
  start();
  arrive(1);
  ASSERT_TRUE(calls(2));
  ASSERT_TRUE(settled());
  stop();
  const auto calls = notifier.calls();
  ASSERT_THAT(calls, SizeIs(2));
  EXPECT_EQ(calls[0].notification.address, "a1");
  EXPECT_EQ(calls[0].notification.title, "Room");
  EXPECT_EQ(calls[0].notification.author, "p0");
  EXPECT_EQ(calls[0].notification.count, 1U);
  EXPECT_EQ(calls[0].notification.preview, "text");
  EXPECT_EQ(calls[1].notification.address, "a2");
  EXPECT_TRUE(counts(R"(fanfare_notify_told_total{how="new",notifier="scripted"} 2)"));
}

TEST_F(SenderTest, TellsNobodyWhoIsThere) {
  presence.changed("user." + person(1).to_string(), PresenceState::online);
  start();
  arrive(1);
  ASSERT_TRUE(settled());
  EXPECT_EQ(notifier.count(), 1U);
  EXPECT_TRUE(counts(R"(fanfare_notify_suppressed_total{notifier="scripted",reason="online"} 1)"));
}

TEST_F(SenderTest, TellsNobodyWhilePresenceIsNotKnown) {
  presence.completed(true);
  start();
  arrive(1);
  EXPECT_FALSE(eventually(300ms, [&] { return notifier.count() > 0; }));
  presence.completed(false);
  EXPECT_TRUE(calls(2));
}

TEST_F(SenderTest, ChangesWhatItToldInsteadOfTellingMore) {
  only_person_1();
  start();
  arrive(1);
  ASSERT_TRUE(calls(1));
  ASSERT_TRUE(settled());
  arrive(2);
  ASSERT_TRUE(calls(2));
  ASSERT_TRUE(settled());
  const auto calls = notifier.calls();
  EXPECT_EQ(calls[1].changed, "m1");
  EXPECT_EQ(calls[1].notification.count, 2U);
  EXPECT_TRUE(counts(R"(fanfare_notify_told_total{how="changed",notifier="scripted"} 1)"));
  EXPECT_TRUE(counts(R"(fanfare_notify_coalesced_total{notifier="scripted"} 1)"));
}

TEST_F(SenderTest, FiftyMessagesAreFewNotifications) {
  only_person_1();
  options.times = {.grace = 200ms, .window = 1h, .change_every = 300ms};
  taker = people.database->notification_store(store_options("taker")).value();
  start();
  for (std::uint64_t sequence = 1; sequence <= 50; ++sequence) arrive(sequence);
  ASSERT_TRUE(calls(1));
  for (std::uint64_t sequence = 51; sequence <= 100; ++sequence) arrive(sequence);
  ASSERT_TRUE(settled());
  const auto calls = notifier.calls();
  EXPECT_LE(calls.size(), 6U);
  EXPECT_EQ(calls.back().notification.count, 100U);
  for (std::size_t call = 1; call < calls.size(); ++call) EXPECT_EQ(calls[call].changed, "m1");
}

TEST_F(SenderTest, WhatComesWhileItTellsIsToldNext) {
  only_person_1();
  notifier.hold();
  start();
  arrive(1);
  ASSERT_TRUE(calls(1));
  arrive(2);
  notifier.let_go();
  ASSERT_TRUE(calls(2));
  ASSERT_TRUE(settled());
  EXPECT_EQ(notifier.calls()[1].notification.count, 2U);
}

TEST_F(SenderTest, WhatIsRefusedIsDroppedAndOthersAreTold) {
  notifier.then({.outcome = Outcome::kRefused, .reason = "bad entities"});
  start();
  arrive(1);
  ASSERT_TRUE(calls(2));
  ASSERT_TRUE(settled());
  EXPECT_EQ(notifier.count(), 2U);
  EXPECT_TRUE(counts(R"(fanfare_notify_suppressed_total{notifier="scripted",reason="refused"} 1)"));
}

TEST_F(SenderTest, WhatCantBeChangedIsToldAnewAfterTheWindow) {
  only_person_1();
  options.times.window = 400ms;
  taker = people.database->notification_store(store_options("taker")).value();
  notifier.then({.message = "m1"});
  notifier.then({.outcome = Outcome::kRefused, .reason = "gone"});
  start();
  arrive(1);
  ASSERT_TRUE(calls(1));
  arrive(2);
  ASSERT_TRUE(calls(3));
  const auto calls = notifier.calls();
  EXPECT_EQ(calls[2].changed, "");
  EXPECT_EQ(calls[2].notification.count, 1U);
  EXPECT_GE(calls[2].at - calls[0].at, 380ms);
}

TEST_F(SenderTest, WhoCantBeReachedIsUnlinked) {
  execute(people.file(), make_room_sql(2, 2));
  notifier.then({.outcome = Outcome::kUnreachable, .reason = "blocked"});
  only_person_1();
  arrive(1);
  arrive(2, 2);
  start();
  ASSERT_TRUE(calls(1));
  ASSERT_TRUE(settled());
  stop();
  EXPECT_EQ(notifier.count(), 1U);
  EXPECT_EQ(ended, std::vector<std::string>{person(1).to_string() + " blocked"});
  arrive(3);
  EXPECT_EQ(taker->waiting().value(), 0U);
}

TEST_F(SenderTest, AnUnknownOutcomeIsNotSentAgain) {
  only_person_1();
  notifier.then({.outcome = Outcome::kUnknown, .reason = "timeout"});
  start();
  arrive(1);
  ASSERT_TRUE(calls(1));
  ASSERT_TRUE(settled());
  EXPECT_EQ(notifier.count(), 1U);
  EXPECT_TRUE(counts(R"(fanfare_notify_unknown_total{notifier="scripted"} 1)"));
}

TEST_F(SenderTest, AFloodWaitOfOneHoldsUpNobodyElse) {
  const auto until = std::chrono::steady_clock::now() + 600ms;
  notifier.then({.outcome = Outcome::kLater, .until = options.now() + 600ms, .reason = "429"});
  start();
  arrive(1);
  ASSERT_TRUE(calls(3));
  const auto calls = notifier.calls();
  EXPECT_EQ(calls[1].notification.address, "a2");
  EXPECT_EQ(calls[2].notification.address, calls[0].notification.address);
  EXPECT_GE(calls[2].at, until - 20ms);
  EXPECT_TRUE(counts(R"(fanfare_notify_flood_waits_total{notifier="scripted"} 1)"));
}

TEST_F(SenderTest, AFloodWaitOfAllHoldsUpEverybody) {
  notifier.make_buckets = [](const std::string&) { return std::vector<Bucket>{{"all", 10, 100}}; };
  const auto until = std::chrono::steady_clock::now() + 600ms;
  notifier.then({.outcome = Outcome::kLaterAll, .until = options.now() + 600ms, .reason = "429"});
  start();
  arrive(1);
  ASSERT_TRUE(calls(3));
  const auto calls = notifier.calls();
  EXPECT_GE(calls[1].at, until - 20ms);
}

TEST_F(SenderTest, AChatThatHasMovedIsToldThere) {
  only_person_1();
  notifier.then({.outcome = Outcome::kLater, .address = "a7"});
  start();
  arrive(1);
  ASSERT_TRUE(calls(2));
  EXPECT_EQ(notifier.calls()[1].notification.address, "a7");
}

TEST_F(SenderTest, AnOutcomeWaitsForADatabaseThatIsAway) {
  only_person_1();
  notifier.hold();
  start();
  arrive(1);
  ASSERT_TRUE(calls(1));
  execute(people.file(), "CREATE TRIGGER away BEFORE UPDATE ON notification BEGIN SELECT RAISE(ABORT, 'planted'); END");
  notifier.let_go();
  ASSERT_TRUE(eventually(10s, [&] { return log_text.text().find("waits for the database") != std::string::npos; }));
  execute(people.file(), "DROP TRIGGER away");
  ASSERT_TRUE(settled());
  EXPECT_EQ(notifier.count(), 1U);
  EXPECT_TRUE(counts(R"(fanfare_notify_unknown_total{notifier="scripted"} 0)"));
}

TEST_F(SenderTest, WithoutADatabaseNobodyIsToldAndAfterwardsAllAre) {
  is_away = true;
  start();
  arrive(1);
  ASSERT_TRUE(eventually(10s, [&] { return counts(R"(fanfare_notify_database_up{for="telling"} 0)"); }));
  EXPECT_EQ(notifier.count(), 0U);
  is_away = false;
  ASSERT_TRUE(calls(2));
  EXPECT_TRUE(eventually(10s, [&] { return counts(R"(fanfare_notify_database_up{for="telling"} 1)"); }));
}

TEST_F(SenderTest, StoppingFinishesWhatIsBeingToldAndLeavesTheRest) {
  notifier.hold();
  start();
  arrive(1);
  ASSERT_TRUE(calls(1));
  sender->close(std::chrono::steady_clock::now() + fanfare::test::patient(5s));
  notifier.let_go();
  sender->finish();
  EXPECT_EQ(notifier.count(), 1U);
  EXPECT_EQ(taker->waiting().value(), 1U);
  EXPECT_THAT(taker->claim(options.now(), 30s, 10).value(), SizeIs(1));  // at once
}

TEST_F(SenderTest, AClockThatIsSetBackAnHourStopsNobody) {
  only_person_1();
  options.times.window = 300ms;
  taker = people.database->notification_store(store_options("taker")).value();
  start();
  arrive(1);
  ASSERT_TRUE(calls(1));
  ASSERT_TRUE(settled());
  arrive(2);
  clock_offset = -1h;
  ASSERT_TRUE(calls(2));
  ASSERT_TRUE(settled());
  arrive(3);
  EXPECT_TRUE(calls(3));
}

TEST_F(SenderTest, AClockThatIsSetForwardGivesNoBurst) {
  constexpr std::uint32_t kPeople = 20;
  execute(people.file(), make_room_sql(2, kPeople + 1, 100));
  options.times.grace = 1h;
  taker = people.database->notification_store(store_options("taker")).value();
  notifier.make_buckets = [](const std::string&) { return std::vector<Bucket>{{"all", 2, 40}}; };
  arrive(1, 2, 100);
  options.times.grace = 0ms;  // of presence: everybody is away long enough
  start();
  EXPECT_EQ(notifier.count(), 0U);
  clock_offset = 2h;
  sender->wake();
  ASSERT_TRUE(calls(kPeople));
  const auto calls = notifier.calls();
  EXPECT_GE(calls.back().at - calls.front().at, (kPeople - 2) * 25ms - 20ms);
}

}  // namespace
}  // namespace fanfare::workers::notify
