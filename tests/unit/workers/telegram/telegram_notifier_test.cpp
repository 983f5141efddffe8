#include "workers/telegram/telegram_notifier.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>

#include "tests/unit/workers/telegram/fake_speaker.hpp"
#include "workers/telegram/notification_button.hpp"

namespace fanfare::workers::telegram {
namespace {

using namespace std::chrono_literals;
using bot::BotError;
using notify::Notification;
using notify::Told;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Kind = bot::BotError::Kind;
using Outcome = notify::Told::Outcome;

const common::TimePoint kMoment{1'790'000'000'000ms};

class TelegramNotifierTest : public testing::Test {
 protected:
  static Notification notification() {
    Notification made;
    made.person = *Uuid::parse("0199a1b2-0000-7000-8000-000000000001");
    made.address = "4711";
    made.locale = "en";
    made.conversation = *Uuid::parse("0199a1b2-0000-7000-8000-00000000000a");
    made.title = "R&D";
    made.author = "Ada";
    made.count = 3;
    made.preview = "1 < 2";
    made.up_to = {*Uuid::parse("0199a1b2-ffff-7000-8000-00000000000b"), 17};
    return made;
  }
  Told tell() { return notifier_.tell(notification(), {}); }
  Told tell_after(const BotError& error) {
    speaker_.errors.push_back(error);
    return tell();
  }
  Told change_after(const BotError& error) {
    speaker_.errors.push_back(error);
    return notifier_.change("101", notification(), {});
  }

  test::FakeSpeaker speaker_;
  std::vector<std::string> alarms_;
  TelegramNotifier notifier_{{.speaker = speaker_,
                              .alarm = [this](const std::string& reason) { alarms_.push_back(reason); },
                              .now = [] { return kMoment; }}};
};

TEST_F(TelegramNotifierTest, SaysWhoWroteHowMuchWhereAndWhatEscaped) {
  const Told told = tell();
  EXPECT_EQ(told.outcome, Outcome::kTold);
  EXPECT_EQ(told.message, "101");
  ASSERT_EQ(speaker_.sent.size(), 1U);
  const bot::OutgoingMessage& sent = speaker_.sent[0];
  EXPECT_EQ(sent.chat, 4711);
  EXPECT_THAT(sent.text.html, HasSubstr("3 new messages"));
  EXPECT_THAT(sent.text.html, HasSubstr("R&amp;D"));
  EXPECT_THAT(sent.text.html, HasSubstr("1 &lt; 2"));
  EXPECT_THAT(sent.text.plain, HasSubstr("1 < 2"));
}

TEST_F(TelegramNotifierTest, SpeaksThePersonsLanguage) {
  Notification russian = notification();
  russian.locale = "ru-RU";
  std::ignore = notifier_.tell(russian, {});
  EXPECT_THAT(speaker_.sent[0].text.plain, Not(HasSubstr("new messages")));
}

TEST_F(TelegramNotifierTest, WithoutAPreviewNothingOfTheMessageIsTold) {
  Notification bare = notification();
  bare.preview.clear();
  std::ignore = notifier_.tell(bare, {});
  EXPECT_EQ(speaker_.sent[0].text.plain.find('\n'), std::string::npos);
}

TEST_F(TelegramNotifierTest, OfSeveralAuthorsThePreviewNamesTheLast) {
  Notification several = notification();
  several.has_several_authors = true;
  std::ignore = notifier_.tell(several, {});
  EXPECT_THAT(speaker_.sent[0].text.plain.substr(speaker_.sent[0].text.plain.find('\n')), HasSubstr("Ada"));
}

TEST_F(TelegramNotifierTest, ButtonsKnowWhatTheyAreAbout) {
  std::ignore = tell();
  ASSERT_EQ(speaker_.sent[0].buttons.size(), 1U);
  const auto& row = speaker_.sent[0].buttons[0];
  ASSERT_EQ(row.size(), 2U);
  const auto read = read_notification_button(row[0].data);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->up_to, notification().up_to);
  EXPECT_EQ(read_notification_button(row[1].data)->does, NotificationButton::Does::kMuteAnHour);
}

TEST_F(TelegramNotifierTest, FloodWaitIsOfThisChatUntilThen) {
  const Told told = tell_after({.kind = Kind::kFloodWait, .wait = 33s});
  EXPECT_EQ(told.outcome, Outcome::kLater);
  EXPECT_EQ(told.until, kMoment + 33s);
}

TEST_F(TelegramNotifierTest, GroupThatHasMovedIsToldAtItsNewPlace) {
  const Told told = tell_after({.kind = Kind::kMigrated, .chat = -100'999});
  EXPECT_EQ(told.outcome, Outcome::kTold);
  EXPECT_EQ(told.address, "-100999");
  EXPECT_EQ(speaker_.sent[1].chat, -100'999);
}

TEST_F(TelegramNotifierTest, GroupThatHasMovedAndCanNotBeToldThereYetKeepsItsNewPlace) {
  speaker_.errors = {{.kind = Kind::kMigrated, .chat = -100'999}, {.kind = Kind::kFloodWait, .wait = 2s}};
  const Told told = tell();
  EXPECT_EQ(told.outcome, Outcome::kLater);
  EXPECT_EQ(told.address, "-100999");
}

TEST_F(TelegramNotifierTest, WhoHasBlockedTheBotIsUnreachable) {
  const Told told = tell_after({.kind = Kind::kBlocked, .reason = "Forbidden: bot was blocked by the user"});
  EXPECT_EQ(told.outcome, Outcome::kUnreachable);
  EXPECT_EQ(told.reason, "blocked");
}

TEST_F(TelegramNotifierTest, WhatTelegramRefusesIsRefused) {
  EXPECT_EQ(tell_after({.kind = Kind::kRefused}).outcome, Outcome::kRefused);
  EXPECT_EQ(tell_after({.kind = Kind::kBadEntities}).outcome, Outcome::kRefused);
  EXPECT_EQ(change_after({.kind = Kind::kCannotEdit}).outcome, Outcome::kRefused);
}

TEST_F(TelegramNotifierTest, WrongTokenStopsAllAndRaisesTheAlarm) {
  const Told told = tell_after({.kind = Kind::kWrongToken, .reason = "Unauthorized"});
  EXPECT_EQ(told.outcome, Outcome::kLaterAll);
  EXPECT_THAT(alarms_, ElementsAre("Unauthorized"));
}

TEST_F(TelegramNotifierTest, WhatMayHaveArrivedIsUnknown) {
  EXPECT_EQ(tell_after({.kind = Kind::kTransient, .may_have_arrived = true}).outcome, Outcome::kUnknown);
  EXPECT_EQ(tell_after({.kind = Kind::kStopped, .may_have_arrived = true}).outcome, Outcome::kUnknown);
}

TEST_F(TelegramNotifierTest, ChangeThatMayHaveArrivedIsDoneAgain) {
  EXPECT_EQ(change_after({.kind = Kind::kTransient, .may_have_arrived = true}).outcome, Outcome::kLater);
  EXPECT_THAT(speaker_.edited, ElementsAre(101));
}

TEST_F(TelegramNotifierTest, WhatDidNotArriveIsTriedLaterAndLaterWithPausesUpToAMinute) {
  std::vector<std::chrono::seconds> pauses;
  for (int time = 0; time < 8; ++time) {
    const Told told = tell_after({.kind = Kind::kTransient, .reason = "no connection"});
    EXPECT_EQ(told.outcome, time < 2 ? Outcome::kLater : Outcome::kLaterAll);
    pauses.push_back(std::chrono::duration_cast<std::chrono::seconds>(told.until - kMoment));
  }
  EXPECT_THAT(pauses, ElementsAre(1s, 2s, 4s, 8s, 16s, 32s, 60s, 60s));
  EXPECT_EQ(tell().outcome, Outcome::kTold);
  EXPECT_EQ(tell_after({.kind = Kind::kTransient}).until, kMoment + 1s);
}

TEST_F(TelegramNotifierTest, AddressThatIsNoChatIsRefused) {
  Notification wrong = notification();
  for (const char* address : {"", "x", "12x", "0", "99999999999999999999"}) {
    wrong.address = address;
    EXPECT_EQ(notifier_.tell(wrong, {}).outcome, Outcome::kRefused) << address;
  }
  EXPECT_TRUE(speaker_.sent.empty());
}

TEST_F(TelegramNotifierTest, BucketsStayBelowWhatTelegramAllows) {
  const auto person = notifier_.buckets("4711");
  ASSERT_EQ(person.size(), 2U);
  EXPECT_EQ(person[0].name, "all");
  EXPECT_LE(person[0].capacity + person[0].per_second, 30);
  EXPECT_EQ(person[1].name, "4711");
  EXPECT_LE(person[1].per_second, 1);
  const auto group = notifier_.buckets("-4711");
  EXPECT_LE(group[1].capacity + 60 * group[1].per_second, 20);
}

}  // namespace
}  // namespace fanfare::workers::telegram
