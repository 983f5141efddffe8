#include "workers/telegram/texts.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "protocol/utf8.hpp"
#include "workers/telegram/text_table.hpp"

namespace fanfare::workers::telegram {
namespace {

std::set<std::string> placeholders_of(std::string_view text) {
  std::set<std::string> names;
  for (auto open = text.find('{'); open != std::string_view::npos; open = text.find('{', open + 1)) {
    names.emplace(text.substr(open + 1, text.find('}', open) - open - 1));
  }
  return names;
}

notify::Notification notification(std::uint64_t count, std::optional<std::string> room = {}) {
  notify::Notification made;
  made.author = "Anna";
  made.title = std::move(room);
  made.count = count;
  return made;
}

TEST(Texts, EveryLanguageHasEveryTextWithTheSamePlaceholders) {
  for (std::size_t i = 0; i < text_table().size(); ++i) {
    const TextRow& row = text_table().at(i);
    EXPECT_EQ(static_cast<std::size_t>(row.text), i) << "a row is in the wrong place";
    for (const std::string_view text : row.in) {
      EXPECT_FALSE(text.empty()) << i;
      EXPECT_TRUE(protocol::is_utf8(text)) << text;
      EXPECT_EQ(placeholders_of(text), placeholders_of(row.in[0])) << text;
    }
  }
  for (std::size_t i = 0; i < counted_table().size(); ++i) {
    const CountedRow& row = counted_table().at(i);
    EXPECT_EQ(static_cast<std::size_t>(row.counted), i);
    for (const std::string_view form : row.english) EXPECT_EQ(placeholders_of(form), std::set<std::string>{"count"});
    for (const std::string_view form : row.russian) EXPECT_EQ(placeholders_of(form), std::set<std::string>{"count"});
  }
}

TEST(Texts, RussianHasThreeFormsOfNumbers) {
  const auto messages = [](std::uint64_t count) { return say_count(Language::kRussian, Counted::kNewMessages, count); };
  for (const std::uint64_t count : {1U, 21U, 101U, 1001U}) {
    EXPECT_EQ(messages(count), std::to_string(count) + " новое сообщение");
  }
  for (const std::uint64_t count : {2U, 3U, 4U, 22U, 104U}) {
    EXPECT_EQ(messages(count), std::to_string(count) + " новых сообщения");
  }
  for (const std::uint64_t count : {0U, 5U, 10U, 11U, 12U, 14U, 19U, 20U, 111U, 112U, 211U}) {
    EXPECT_EQ(messages(count), std::to_string(count) + " новых сообщений");
  }
  EXPECT_EQ(say_count(Language::kEnglish, Counted::kHours, 1), "1 hour");
  EXPECT_EQ(say_count(Language::kEnglish, Counted::kHours, 21), "21 hours");
}

TEST(Texts, TheHeadlineSaysHowManyFromWhomAndWhere) {
  EXPECT_EQ(headline(Language::kEnglish, notification(1)), "1 new message from Anna");
  EXPECT_EQ(headline(Language::kEnglish, notification(3, "Lunch")), "3 new messages from Anna in Lunch");
  EXPECT_EQ(headline(Language::kRussian, notification(2, "Обед")), "Anna в «Обед»: 2 новых сообщения");
  EXPECT_EQ(headline(Language::kRussian, notification(5)), "Anna: 5 новых сообщений");
  notify::Notification several = notification(7, "Lunch");
  several.has_several_authors = true;
  EXPECT_EQ(headline(Language::kEnglish, several), "7 new messages in Lunch");
}

TEST(Texts, ANameIsNoPlaceholderAndTurnsNothingAround) {
  notify::Notification hostile = notification(1, "{author}");
  hostile.author = "{room}{messages}";
  EXPECT_EQ(headline(Language::kEnglish, hostile), "1 new message from {room}{messages} in {author}");
  EXPECT_EQ(isolated("Anna \u202eevil\u2069"), "Anna evil");
  EXPECT_EQ(isolated("\u05d3\u05e0\u05d4"), "\u2068\u05d3\u05e0\u05d4\u2069");
  EXPECT_EQ(isolated("Ёж 🦔 日本"), "Ёж 🦔 日本");
  EXPECT_EQ(isolated("\xf0\x9f"), "\xf0\x9f");  // cut: nothing is read beyond its end
}

TEST(Texts, TheLanguageIsThePersonsElseThatOfTheirApp) {
  EXPECT_EQ(language_of("ru-RU", "en"), Language::kRussian);
  EXPECT_EQ(language_of("", "RU"), Language::kRussian);
  EXPECT_EQ(language_of("en-GB", "ru"), Language::kEnglish);
  EXPECT_EQ(language_of("de", "ru"), Language::kRussian);
  EXPECT_EQ(language_of("rue", ""), Language::kEnglish);
  EXPECT_EQ(language_of("", ""), Language::kEnglish);
}

TEST(Texts, TheListOfCommandsIsWithinTelegramsBounds) {
  for (const Language language : kLanguages) {
    for (const CommandText& text : command_texts(language)) {
      EXPECT_FALSE(text.command.empty());
      EXPECT_LE(text.command.size(), 32U);
      EXPECT_GE(text.description.size(), 1U);
      EXPECT_LE(text.description.size(), 256U);
    }
  }
}

}  // namespace
}  // namespace fanfare::workers::telegram
