#include "workers/telegram/commands.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "protocol/utf8.hpp"
#include "tests/unit/workers/telegram/link_fixture.hpp"

namespace fanfare::workers::telegram {
namespace {

using test::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using namespace std::chrono_literals;

const std::string kChat = "4711";

class Commands : public test::LinkTest {
 protected:
  struct Asked {
    std::string topic;
    json payload;
    std::string actor;
    std::chrono::milliseconds timeout;
  };

  /// Berlin is two hours ahead in summer, and there is UTC.
  static std::optional<std::chrono::minutes> offset_of(const std::string& zone, common::TimePoint) {
    static const std::map<std::string, std::chrono::minutes> zones = {{"UTC", 0min}, {"Europe/Berlin", 2h}};
    const auto found = zones.find(zone);
    std::optional<std::chrono::minutes> offset;
    if (found != zones.end()) offset.emplace(found->second);
    return offset;
  }

  CommandOutcome write(const std::string& text, const std::string& language = "en", const std::string& chat = kChat) {
    return handler.written({.chat = chat, .name = "Tina", .language_code = language, .text = text}, deadline()).value();
  }
  std::string answer(const std::string& text) { return write(text).answer.text; }
  Uuid link(const std::string& name, const std::string& chat = kChat, const std::string& locale = {}) {
    const Uuid person = add_person(name, locale);
    EXPECT_EQ(write("/start " + code_of(person), "en", chat).done, "linked");
    return person;
  }
  store::TelegramLink linked(const std::string& chat = kChat) { return store->person_of(chat).value().value().link; }
  static CommandHandler::Deadline deadline() { return std::chrono::steady_clock::now() + 1min; }

  std::vector<Asked> asked;
  ServiceReply reply{ServiceReply::Kind::kNoService};
  CommandHandler handler{{.store = *store,
                          .log = log,
                          .bot = "Fanfare_Bot",
                          .ask =
                              [this](const std::string& topic, const std::string& payload, const std::string& actor,
                                     std::chrono::milliseconds timeout) {
                                asked.push_back({topic, json::parse(payload), actor, timeout});
                                return reply;
                              },
                          .publish = [this](const LinkEvent& event) { events.push_back(event); },
                          .zone_offset = offset_of,
                          .now = [this] { return now; }}};
};

TEST_F(Commands, StartWithACodeLinksAndSaysAsWhom) {
  const Uuid anna = add_person("anna");
  const CommandOutcome outcome = write("/start " + code_of(anna));
  EXPECT_EQ(outcome.done, "linked");
  EXPECT_THAT(outcome.answer.text, StartsWith("Done: you are linked as anna."));
  EXPECT_EQ(store->link_of(anna).value().link->chat, kChat);
  EXPECT_EQ(linked().name, "Tina");
  EXPECT_THAT(told(anna), ElementsAre("telegram_linked"));
}

TEST_F(Commands, OfACodeThatIsNotGoodNobodyLearnsWhy) {
  const std::string used = code_of(add_person("anna"));
  const std::string over = code_of(add_person("paul"));
  write("/start " + used, "en", "1");
  now += 10min;
  const std::string unknown = make_link_code();
  const std::string expected = answer("/start " + unknown);
  EXPECT_THAT(expected, StartsWith("This link is not good any more"));
  const std::string nul("a\0b", 3);
  for (const std::string& code :
       {used, over, std::string("x"), unknown + "x", std::string(64, '-'), std::string(4'000, 'a'), nul,
        std::string("\u202eabc"), std::string("' OR 1=1 --"), used + " " + used}) {
    const CommandOutcome outcome = write("/start " + code);
    EXPECT_EQ(outcome.answer.text, expected) << code;
    EXPECT_EQ(outcome.done, "code_refused");
  }
  EXPECT_FALSE(store->person_of(kChat).value().has_value());
}

TEST_F(Commands, TheSameStartAgainSaysStillAsWhomAndTellsThePageTheSameEvent) {
  const Uuid anna = add_person("anna");
  const std::string start = "/start " + code_of(anna);
  write(start);
  EXPECT_THAT(answer(start), HasSubstr("You are linked as anna."));
  ASSERT_THAT(told(anna), ElementsAre("telegram_linked", "telegram_linked"));
  EXPECT_EQ(events[0].id, events[1].id) << "the broker stores it once";
}

TEST_F(Commands, AChatThatAnotherPersonLinksIsTheirs) {
  const Uuid anna = link("anna");
  now += 1s;
  const Uuid paul = link("paul");
  EXPECT_THAT(told(anna), ElementsAre("telegram_linked", "telegram_endedmoved"));
  EXPECT_THAT(told(paul), ElementsAre("telegram_linked"));
  EXPECT_THAT(answer("/status"), StartsWith("You are linked as paul."));
}

TEST_F(Commands, TheLanguageIsThePersonsElseThatOfTheirApp) {
  EXPECT_THAT(write("/start", "ru").answer.text, StartsWith("Здравствуйте"));
  link("anna", kChat, "ru-RU");
  EXPECT_THAT(write("/status", "en").answer.text, StartsWith("Вы подключены как anna."));
  EXPECT_EQ(write("/mute 22h", "en").answer.text, "Молчу: 22 часа. Снова сообщать: /mute off");
}

TEST_F(Commands, WithoutALinkOnlyStartAndHelpDoAnything) {
  for (const std::string command : {"/stop", "/status", "/mute 2h", "/quiet 22-7", "/weather Berlin"}) {
    EXPECT_THAT(answer(command), StartsWith("You are not linked.")) << command;
  }
  EXPECT_THAT(asked, IsEmpty());
  EXPECT_THAT(answer("/help"), HasSubstr("/quiet 22:00-07:00"));
  EXPECT_THAT(answer("/start"), StartsWith("Hello!"));
  EXPECT_THAT(answer("hi"), StartsWith("Hello!"));
}

TEST_F(Commands, StopEndsTheLinkAndTellsThePage) {
  const Uuid anna = link("anna");
  EXPECT_THAT(answer("/STOP@fanfare_bot now"), StartsWith("I won't write to you any more."));
  EXPECT_EQ(store->link_of(anna).value().ended->reason, "stopped");
  EXPECT_THAT(told(anna), ElementsAre("telegram_linked", "telegram_endedstopped"));
  EXPECT_THAT(answer("/stop"), StartsWith("You are not linked."));
}

TEST_F(Commands, WhoBlocksTheBotHasNoLink) {
  const Uuid anna = link("anna");
  EXPECT_EQ(handler.blocked(kChat).value().done, "blocked");
  EXPECT_EQ(handler.blocked(kChat).value().done, "nothing");
  EXPECT_EQ(store->link_of(anna).value().ended->reason, "blocked");
  EXPECT_THAT(told(anna), ElementsAre("telegram_linked", "telegram_endedblocked"));
}

TEST_F(Commands, MuteSaysForHowLongAndStatusUntilWhen) {
  link("anna");
  EXPECT_EQ(answer("/mute 2h"), "I say nothing for 2 hours. /mute off takes it back.");
  EXPECT_EQ(linked().muted_until, now + 2h);
  EXPECT_THAT(answer("/status"), HasSubstr("until 2026-09-21 16:13 (UTC)."));
  now += 2h;
  EXPECT_THAT(answer("/status"), Not(HasSubstr("until")));
  EXPECT_EQ(answer("/mute 90m"), "I say nothing for 90 minutes. /mute off takes it back.");
  EXPECT_EQ(answer("/mute OFF"), "I tell you about new messages again.");
  EXPECT_EQ(linked().muted_until, std::nullopt);
  for (const std::string command : {"/mute", "/mute 0h", "/mute 366d", "/mute for ever", "/mute off please"}) {
    EXPECT_THAT(answer(command), StartsWith("Say for how long")) << command;
  }
  EXPECT_EQ(linked().muted_until, std::nullopt);
}

TEST_F(Commands, QuietHoursAreInTheZoneThatIsNamedElseTheLastOne) {
  link("anna");
  EXPECT_THAT(answer("/quiet 22:00-07:00 europe/berlin"), StartsWith("Quiet hours: 22:00–07:00, Europe/Berlin."));
  EXPECT_THAT(answer("/quiet 23-6:30"), StartsWith("Quiet hours: 23:00–06:30, Europe/Berlin."));
  EXPECT_EQ(linked().quiet, (store::QuietSpan{23 * 60, 6 * 60 + 30}));
  EXPECT_EQ(linked().zone, "Europe/Berlin");
  answer("/mute 1h");
  EXPECT_EQ(answer("/status"),
            "You are linked as anna.\nI say nothing until 2026-09-21 17:13 (Europe/Berlin). /mute off takes it back.\n"
            "Quiet hours: 23:00–06:30, Europe/Berlin.");
  for (const std::string zone : {"Mars/Olympus", "../../etc/passwd", "Berlin", "\u202e", "Europe/Berlin;x"}) {
    EXPECT_THAT(answer("/quiet 22-7 " + zone), StartsWith("I don't know this time zone.")) << zone;
  }
  EXPECT_THAT(answer("/quiet 22-22"), StartsWith("Say from when to when"));
  EXPECT_EQ(linked().quiet, (store::QuietSpan{23 * 60, 6 * 60 + 30}));
  EXPECT_EQ(answer("/quiet off"), "There are no quiet hours any more.");
  EXPECT_EQ(linked().quiet, std::nullopt);
}

TEST_F(Commands, InGroupsItSaysThatItWorksInPrivateChatsOnly) {
  const Uuid anna = add_person("anna");
  const std::string code = code_of(anna);
  const auto write_in_group = [&](const std::string& text) {
    return handler.written({.chat = "-100", .is_private = false, .text = text}, deadline()).value();
  };
  for (const std::string& text : {"/start " + code, std::string("/help"), std::string("/weather@fanfare_bot")}) {
    EXPECT_EQ(write_in_group(text).answer.text, "I work in private chats only.") << text;
  }
  for (const std::string text : {"hello", "/weather", "/start@other_bot", ""}) {
    EXPECT_EQ(write_in_group(text).answer.text, "") << text;
  }
  EXPECT_THAT(answer("/start " + code), StartsWith("Done")) << "it was not used up there";
}

TEST_F(Commands, ACommandForAnotherBotIsNotAnswered) {
  link("anna");
  EXPECT_EQ(answer("/stop@other_bot"), "");
  EXPECT_TRUE(store->person_of(kChat).value().has_value());
}

TEST_F(Commands, WhatItDoesNotKnowIsAskedOfItsServiceAsThePerson) {
  const Uuid anna = link("anna");
  reply = {ServiceReply::Kind::kReply,
           R"({"ok":{"text":"Sunny","buttons":[[{"text":"Tomorrow","command":"weather","arguments":"+1"}]]}})"};
  const CommandOutcome outcome = write("/Weather@fanfare_bot  Berlin ");
  EXPECT_EQ(outcome.done, "foreign");
  EXPECT_EQ(outcome.answer.text, "Sunny");
  ASSERT_EQ(asked.size(), 1U);
  EXPECT_EQ(asked[0].topic, "telegram.command.weather");
  EXPECT_EQ(asked[0].actor, anna.to_string());
  EXPECT_EQ(asked[0].timeout, kForeignTime);
  EXPECT_EQ(asked[0].payload["arguments"], "Berlin");
  EXPECT_EQ(asked[0].payload["chat"], kChat);
  const std::string data = outcome.answer.buttons.at(0).at(0).data;
  EXPECT_EQ(handler.pressed({.chat = kChat, .text = data}, deadline())->answer.text, "Sunny");
  EXPECT_EQ(asked.at(1).payload["arguments"], "+1");
  EXPECT_EQ(handler.pressed({.chat = kChat, .text = "Rxyz"}, deadline())->answer.text, "This button is too old.");
}

TEST_F(Commands, WhereNobodyServesItItIsHelpAndAFailureIsSaid) {
  link("anna");
  EXPECT_EQ(answer("/weather"), answer("/help"));
  reply = {ServiceReply::Kind::kFailed};
  EXPECT_THAT(answer("/weather"), StartsWith("That doesn't work at the moment."));
  reply = {ServiceReply::Kind::kReply, R"({"ok":{"text":""}})"};
  EXPECT_THAT(answer("/weather"), StartsWith("That doesn't work at the moment."));
  EXPECT_THAT(log_text.str(), HasSubstr("telegram.command.weather"));
}

TEST_F(Commands, AServiceHasNoMoreTimeThanTheCaller) {
  link("anna");
  const auto soon = std::chrono::steady_clock::now() + 2s;
  EXPECT_TRUE(handler.written({.chat = kChat, .text = "/weather"}, soon));
  EXPECT_LE(asked.at(0).timeout, 2s);
  EXPECT_TRUE(handler.written({.chat = kChat, .text = "/weather"}, soon - 1h));
  EXPECT_EQ(asked.at(1).timeout, 1ms);
}

TEST_F(Commands, HostileTextIsAnsweredAndDoesNothing) {
  link("anna");
  const std::string nul("/status\0x", 9);
  std::string emoji;
  for (int i = 0; i < 2'048; ++i) emoji += "🦔";
  for (const std::string& text : {nul, std::string(4'096, '/'), emoji, "/" + emoji, "/mute " + emoji, "/quiet " + emoji,
                                  std::string("/\u202epots"), std::string("/mute \u0662h"), std::string("/start\n\n\n"),
                                  std::string("\xff\xfe/stop"), std::string("/st op"),
                                  "/" + std::string(31, 'x') + "." + std::string(4'000, 'x'), std::string()}) {
    const CommandOutcome outcome = write(text);
    EXPECT_THAT(outcome.answer.text, Not(IsEmpty())) << text;
    EXPECT_TRUE(protocol::is_utf8(outcome.answer.text));
    EXPECT_LE(utf16_units(outcome.answer.text), 4'096U);
  }
  EXPECT_TRUE(store->person_of(kChat).value().has_value());
  EXPECT_EQ(linked().muted_until, std::nullopt);
}

TEST_F(Commands, ANameFromTelegramIsTidied) {
  const std::string hostile = std::string("T\0\n", 3) + "\u202e" + std::string(200, 'x') + "\xff";
  const Uuid anna = add_person("anna");
  ASSERT_TRUE(handler.written({.chat = kChat, .name = hostile, .text = "/start " + code_of(anna)}, deadline()));
  EXPECT_TRUE(protocol::is_utf8(linked().name));
  EXPECT_EQ(linked().name.find('\0'), std::string::npos);
  EXPECT_LE(linked().name.size(), 66U);
}

TEST_F(Commands, WithoutTheDatabaseTheSameHasToComeAgain) {
  const std::string start = "/start " + code_of(add_person("anna"));
  runtime::Config other = runtime::default_config();
  other.data_dir = folder.path() / "empty";
  const auto empty = store::Database::open(other).value();
  const auto without_tables = empty->telegram_store().value();
  CommandHandler broken{{.store = *without_tables,
                         .log = log,
                         .bot = "b",
                         .ask = {},
                         .publish = {},
                         .zone_offset = offset_of,
                         .now = [this] { return now; }}};
  for (const std::string& text : {start, std::string("/stop"), std::string("hello")}) {
    EXPECT_FALSE(broken.written({.chat = kChat, .text = text}, deadline()).has_value()) << text;
  }
  EXPECT_FALSE(broken.blocked(kChat).has_value());
  EXPECT_EQ(write(start).done, "linked");
}

}  // namespace
}  // namespace fanfare::workers::telegram
