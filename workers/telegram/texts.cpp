#include "workers/telegram/texts.hpp"

#include <algorithm>

#include "workers/telegram/text_table.hpp"

namespace fanfare::workers::telegram {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// "ru" of "ru-RU".
bool is_in(std::string_view tag, std::string_view language) {
  if (tag.size() < language.size()) return false;
  if (tag.size() > language.size() && tag[language.size()] != '-' && tag[language.size()] != '_') return false;
  return std::ranges::equal(tag.substr(0, language.size()), language, {}, lower);
}

std::string fill(std::string_view pattern, Values values) {
  std::string text;
  while (!pattern.empty()) {
    const auto open = pattern.find('{');
    text += pattern.substr(0, open);
    if (open == std::string_view::npos) break;
    const auto close = pattern.find('}', open);
    const std::string_view name = pattern.substr(open + 1, close - open - 1);
    const auto* const value = std::ranges::find(values, name, [](const auto& pair) { return pair.first; });
    if (value != values.end()) text += value->second;
    pattern.remove_prefix(close + 1);
  }
  return text;
}

/// Unicode CLDR, Language Plural Rules: Russian, cardinals of whole numbers.
std::size_t russian_form(std::uint64_t count) {
  const std::uint64_t tens = count % 100;
  const std::uint64_t ones = count % 10;
  if (ones == 1 && tens != 11) return 0;
  if (ones >= 2 && ones <= 4 && (tens < 12 || tens > 14)) return 1;
  return 2;
}

/// The bytes of the UTF-8 character that begins here.
std::size_t length_of(unsigned char first) {
  if (first >= 0xf0) return 4;
  if (first >= 0xe0) return 3;
  return first >= 0xc0 ? 2 : 1;
}

bool turns_direction(std::string_view character) {
  return (character >= "\u202a" && character <= "\u202e") || (character >= "\u2066" && character <= "\u2069");
}

/// Hebrew, Arabic and their neighbours (UAX #9, R and AL), and the marks of direction.
bool is_right_to_left(std::string_view character) {
  const auto is_between = [character](std::string_view first, std::string_view last) {
    return character.size() == first.size() && character >= first && character <= last;
  };
  return is_between("\u0590", "\u07ff") || is_between("\u0800", "\u08ff") || is_between("\u200e", "\u200f") ||
         is_between("\ufb1d", "\ufdff") || is_between("\ufe70", "\ufeff") || is_between("\U00010800", "\U00010fff") ||
         is_between("\U0001e800", "\U0001efff");
}

}  // namespace

Language language_of(std::string_view locale, std::string_view language_code) {
  for (const std::string_view tag : {locale, language_code}) {
    for (const Language language : kLanguages) {
      if (is_in(tag, code_of(language))) return language;
    }
  }
  return Language::kEnglish;
}

std::string_view code_of(Language language) { return language == Language::kRussian ? "ru" : "en"; }

std::string say(Language language, Text text, Values values) {
  const TextRow& row = text_table().at(static_cast<std::size_t>(text));
  return fill(row.in.at(static_cast<std::size_t>(language)), values);
}

std::string say_count(Language language, Counted counted, std::uint64_t count) {
  const CountedRow& row = counted_table().at(static_cast<std::size_t>(counted));
  const std::string_view form =
      language == Language::kRussian ? row.russian.at(russian_form(count)) : row.english.at(count == 1 ? 0 : 1);
  return fill(form, {{"count", std::to_string(count)}});
}

std::string isolated(std::string_view name) {
  std::string text;
  bool is_mixed = false;
  while (!name.empty()) {
    const std::string_view character = name.substr(0, length_of(static_cast<unsigned char>(name.front())));
    if (!turns_direction(character)) text += character;
    is_mixed = is_mixed || is_right_to_left(character);
    name.remove_prefix(character.size());
  }
  if (!is_mixed) return text;
  return "\u2068" + text + "\u2069";  // UAX #9: first strong isolate, pop directional isolate
}

std::string headline(Language language, const notify::Notification& notification) {
  const std::string messages = say_count(language, Counted::kNewMessages, notification.count);
  const std::string author = isolated(notification.author);
  const std::string room = isolated(notification.title.value_or(""));
  const Values values = {{"messages", messages}, {"author", author}, {"room", room}};
  if (notification.has_several_authors) {
    return say(language, notification.title ? Text::kSeveralIn : Text::kSeveral, values);
  }
  return say(language, notification.title ? Text::kFromInRoom : Text::kFrom, values);
}

std::array<CommandText, 6> command_texts(Language language) {
  return {{{"start", say(language, Text::kCommandStart)},
           {"status", say(language, Text::kCommandStatus)},
           {"mute", say(language, Text::kCommandMute)},
           {"quiet", say(language, Text::kCommandQuiet)},
           {"stop", say(language, Text::kCommandStop)},
           {"help", say(language, Text::kCommandHelp)}}};
}

}  // namespace fanfare::workers::telegram
