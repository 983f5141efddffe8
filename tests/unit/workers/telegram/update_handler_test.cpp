#include "workers/telegram/update_handler.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <sstream>

#include "tests/unit/workers/telegram/fake_speaker.hpp"
#include "workers/telegram/notification_button.hpp"

namespace fanfare::workers::telegram {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::int64_t kChat = 4711;
constexpr std::int64_t kNotified = 101;  // the message that told
const common::TimePoint kNow{1'790'000'000'000ms};
const Uuid kAda = *Uuid::parse("0199a1b2-0000-7000-8000-000000000001");
const Uuid kBob = *Uuid::parse("0199a1b2-0000-7000-8000-000000000002");
const Uuid kRoom = *Uuid::parse("0199a1b2-0000-7000-8000-00000000000a");
const Position kUpTo{*Uuid::parse("0199a1b2-ffff-7000-8000-00000000000b"), 17};

class FakeBook final : public ChatBook {
 public:
  runtime::Result<std::optional<ChatOwner>> owner(std::int64_t chat) override {
    if (is_away) return runtime::Error{"the database is away"};
    return chat == kChat ? owner_of_chat : std::nullopt;
  }
  runtime::Result<std::optional<ToldMessage>> told(std::int64_t chat, std::int64_t message) override {
    if (is_away) return runtime::Error{"the database is away"};
    std::optional<ToldMessage> found;
    if (chat == kChat && message == kNotified && is_written) found.emplace(ToldMessage{kAda, kRoom, kUpTo});
    return found;
  }

  runtime::Result<bool> is_being_told(std::int64_t) override { return is_telling; }

  bool is_telling = false;
  bool is_written = true;
  std::optional<ChatOwner> owner_of_chat = ChatOwner{kAda, "en"};
  bool is_away = false;
};

/// Notes what is done, and by whom.
class FakeActions final : public PersonActions {
 public:
  Done post(const Uuid& person, const Uuid&, const std::string& client_id, const std::string& text, Deadline) override {
    done.push_back("post " + client_id + " " + text);
    people.push_back(person);
    return posting;
  }
  Done mark_read(const Uuid& person, const Uuid&, const Position& up_to, Deadline) override {
    done.push_back("read " + std::to_string(up_to.sequence));
    people.push_back(person);
    return reading;
  }
  Done mute(const Uuid& person, const Uuid&, common::TimePoint until, Deadline) override {
    done.push_back("mute " + std::to_string((until - kNow) / 1min));
    people.push_back(person);
    return muting;
  }

  std::vector<std::string> done;
  std::vector<Uuid> people;
  Done posting = Done::kDone;
  Done reading = Done::kDone;
  Done muting = Done::kDone;
};

class FakeCommands final : public UpdateHandling {
 public:
  Handled handle(const bot::Update& update, Deadline) override {
    seen.push_back(update.id);
    return Handled::kDone;
  }
  std::vector<std::int64_t> seen;
};

class UpdateHandlerTest : public testing::Test {
 protected:
  static bot::Update text(const std::string& text, std::int64_t reply_to = kNotified) {
    bot::IncomingMessage message;
    message.id = 5;
    message.chat = {.id = kChat, .is_private = true, .name = "Ada"};
    message.from = bot::Sender{.id = kChat, .language = "en"};
    message.text = text;
    message.reply_to = reply_to;
    return {.id = 9, .content = message};
  }
  static bot::Update press(const std::string& data) {
    bot::Press pressed;
    pressed.id = "p";
    pressed.chat = {.id = kChat, .is_private = true, .name = "Ada"};
    pressed.data = data;
    return {.id = 9, .content = pressed};
  }
  static std::string button(NotificationButton::Does does) { return to_data({does, kRoom, kUpTo}); }
  Handled handle(const bot::Update& update) { return handler_.handle(update, {}); }
  [[nodiscard]] std::string said() const { return speaker_.sent.empty() ? "" : speaker_.sent.back().text.plain; }

  std::ostringstream lines_;
  runtime::Logger log_{{}, "telegram", lines_};
  FakeBook book_;
  FakeActions actions_;
  test::FakeSpeaker speaker_;
  FakeCommands commands_;
  common::TimePoint now_ = kNow;
  UpdateHandler handler_{{.chats = book_,
                          .actions = actions_,
                          .speaker = speaker_,
                          .commands = commands_,
                          .log = log_,
                          .bot = "123",
                          .now = [this] { return now_; }}};
};

TEST_F(UpdateHandlerTest, ReplyIsPostedByThePersonOfTheChatAndThenTheConversationIsRead) {
  EXPECT_EQ(handle(text("hello")), Handled::kDone);
  EXPECT_THAT(actions_.done, ElementsAre("post telegram-123-9 hello", "read 17"));
  EXPECT_THAT(actions_.people, ElementsAre(kAda, kAda));
  EXPECT_EQ(said(), "");
}

TEST_F(UpdateHandlerTest, ReplyThatComesAgainHasTheSameId) {
  std::ignore = handle(text("hello"));
  std::ignore = handle(text("hello"));
  EXPECT_EQ(actions_.done[0], actions_.done[2]);
}

TEST_F(UpdateHandlerTest, ReplyWaitsForTheBrokerAndTheDatabase) {
  actions_.posting = Done::kLater;
  EXPECT_EQ(handle(text("hello")), Handled::kAgain);
  actions_.posting = Done::kDone;
  actions_.reading = Done::kLater;
  EXPECT_EQ(handle(text("hello")), Handled::kAgain);
  book_.is_away = true;
  EXPECT_EQ(handle(text("hello")), Handled::kAgain);
  EXPECT_EQ(handle(press(button(NotificationButton::Does::kMarkRead))), Handled::kAgain);
  EXPECT_EQ(said(), "");
}

TEST_F(UpdateHandlerTest, ReplyWaitsUntilTheNotificationIsWrittenDown) {
  book_.is_telling = true;
  book_.is_written = false;
  EXPECT_EQ(handle(text("hello")), Handled::kAgain);
  book_.is_written = true;
  EXPECT_EQ(handle(text("hello")), Handled::kDone);
  EXPECT_EQ(actions_.done.size(), 2U);
}

TEST_F(UpdateHandlerTest, NotificationThatIsNeverWrittenDownHoldsUpOthersForSecondsOnly) {
  book_.is_telling = true;
  book_.is_written = false;
  EXPECT_EQ(handle(text("hello")), Handled::kAgain);
  now_ += 5s;
  EXPECT_EQ(handle(text("hello")), Handled::kDone);
  EXPECT_EQ(said(), say(Language::kEnglish, Text::kReplyToWhat));
}

TEST_F(UpdateHandlerTest, WhoIsNoMemberAnyMoreIsToldSo) {
  actions_.posting = Done::kNoMember;
  EXPECT_EQ(handle(text("hello")), Handled::kDone);
  EXPECT_EQ(said(), say(Language::kEnglish, Text::kReplyNoMember));
  EXPECT_EQ(speaker_.sent.back().reply_to, 5);
}

TEST_F(UpdateHandlerTest, WhatIsNoMessageIsAnsweredWithTheReason) {
  std::string long_text;
  for (int time = 0; time < 4'001; ++time) long_text += "ё";
  const std::map<std::string, std::string> reasons = {
      {"", say(Language::kEnglish, Text::kReplyNoText)},
      {"  ", say(Language::kEnglish, Text::kReplyRefused)},
      {"bell\a", say(Language::kEnglish, Text::kReplyRefused)},
      {long_text, say(Language::kEnglish, Text::kReplyTooLong, {{"most", "4000"}})}};
  for (const auto& [wrong, reason] : reasons) {
    EXPECT_EQ(handle(text(wrong)), Handled::kDone);
    EXPECT_EQ(said(), reason);
  }
  EXPECT_THAT(actions_.done, IsEmpty());
}

TEST_F(UpdateHandlerTest, ReasonThatTelegramDoesNotTakeHoldsNothingUp) {
  speaker_.errors.push_back({.kind = bot::BotError::Kind::kFloodWait, .wait = 3'000s});
  EXPECT_EQ(handle(text("")), Handled::kDone);
}

TEST_F(UpdateHandlerTest, ReplyToWhatIsNoNotificationIsAHintOnly) {
  EXPECT_EQ(handle(text("hello", 77)), Handled::kDone);
  EXPECT_EQ(said(), say(Language::kEnglish, Text::kReplyToWhat));
  EXPECT_THAT(actions_.done, IsEmpty());
}

TEST_F(UpdateHandlerTest, ChatThatWasLinkedToSomebodyElseSinceAnswersForNobody) {
  book_.owner_of_chat = ChatOwner{kBob, "en"};
  EXPECT_EQ(handle(text("hello")), Handled::kDone);
  EXPECT_THAT(actions_.done, IsEmpty());
}

TEST_F(UpdateHandlerTest, ChatWithoutALinkAnswersForNobody) {
  book_.owner_of_chat.reset();
  EXPECT_EQ(handle(text("hello")), Handled::kDone);
  EXPECT_EQ(handle(press(button(NotificationButton::Does::kMarkRead))), Handled::kDone);
  EXPECT_THAT(actions_.done, IsEmpty());
  EXPECT_THAT(commands_.seen, ElementsAre(9));
  EXPECT_THAT(speaker_.answered, ElementsAre("p: " + say(Language::kEnglish, Text::kNotLinked)));
}

TEST_F(UpdateHandlerTest, ButtonMarksReadUpToWhatWasTold) {
  EXPECT_EQ(handle(press(button(NotificationButton::Does::kMarkRead))), Handled::kDone);
  EXPECT_THAT(actions_.done, ElementsAre("read 17"));
  EXPECT_THAT(speaker_.answered, ElementsAre("p: " + say(Language::kEnglish, Text::kIsMarked)));
}

TEST_F(UpdateHandlerTest, ButtonMutesForAnHour) {
  EXPECT_EQ(handle(press(button(NotificationButton::Does::kMuteAnHour))), Handled::kDone);
  EXPECT_THAT(actions_.done, ElementsAre("mute 60"));
  EXPECT_THAT(speaker_.answered, ElementsAre("p: " + say(Language::kEnglish, Text::kIsMutedHour)));
}

TEST_F(UpdateHandlerTest, ButtonThatDoesNothingAnyMoreIsAnsweredToo) {
  actions_.reading = Done::kNoMember;
  EXPECT_EQ(handle(press(button(NotificationButton::Does::kMarkRead))), Handled::kDone);
  EXPECT_EQ(speaker_.answered.size(), 1U);
}

TEST_F(UpdateHandlerTest, CommandsAndWhatElseThereIsGoToTheCommands) {
  std::ignore = handle(text("/mute 2h"));
  std::ignore = handle(text("hello", 0));
  std::ignore = handle(press("other"));
  std::ignore = handle({.id = 9, .content = bot::Membership{}});
  EXPECT_EQ(commands_.seen.size(), 4U);
  EXPECT_THAT(actions_.done, IsEmpty());
}

TEST_F(UpdateHandlerTest, BotsAreNotListenedTo) {
  bot::Update update = text("hello");
  std::get<bot::IncomingMessage>(update.content).from->is_bot = true;
  EXPECT_EQ(handle(update), Handled::kDone);
  EXPECT_THAT(actions_.done, IsEmpty());
}

}  // namespace
}  // namespace fanfare::workers::telegram
