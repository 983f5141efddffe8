#include "workers/telegram/bot/html_text.hpp"

#include <gtest/gtest.h>

#include <array>
#include <cstdint>
#include <random>
#include <string>

#include "protocol/utf8.hpp"

namespace fanfare::workers::telegram::bot {
namespace {

/// What Telegram reads: tags away, escapes as letters; nothing if a tag or an escape is broken.
std::string read_html(const std::string& html) {
  std::string plain;
  std::string open;
  for (std::size_t at = 0; at < html.size();) {
    const auto takes = [&](const std::string& word) {
      const bool is_here = html.compare(at, word.size(), word) == 0;
      if (is_here) at += word.size();
      return is_here;
    };
    if (takes("&amp;")) {
      plain += '&';
    } else if (takes("&lt;")) {
      plain += '<';
    } else if (takes("&gt;")) {
      plain += '>';
    } else if (html[at] == '&' || html[at] == '>') {
      return "broken: " + html;
    } else if (html[at] == '<') {
      const auto end = html.find('>', at);
      if (end == std::string::npos) return "broken: " + html;
      const std::string tag = html.substr(at + 1, end - at - 1);
      if (open.empty() ? tag.starts_with('/') : tag != "/" + open) return "broken: " + html;
      open = open.empty() ? tag : "";
      at = end + 1;
    } else {
      plain += html[at++];
    }
  }
  return open.empty() ? plain : "broken: " + html;
}

TEST(HtmlText, EscapesWhatPeopleWrote) {
  const Text text = TextBuilder().bold("<Ann & Bob>").plain(": a<b>c</b> &amp;").build();
  EXPECT_EQ(text.html, "<b>&lt;Ann &amp; Bob&gt;</b>: a&lt;b&gt;c&lt;/b&gt; &amp;amp;");
  EXPECT_EQ(text.plain, "<Ann & Bob>: a<b>c</b> &amp;");
  EXPECT_EQ(escape_html("a\"b'c"), "a\"b'c");
}

TEST(HtmlText, HasNoTagsAroundNothing) {
  EXPECT_EQ(TextBuilder().bold("").italic("").plain("x").code("").build().html, "x");
  EXPECT_EQ(TextBuilder().build().html, "");
}

TEST(HtmlText, CountsUtf16Units) {
  EXPECT_EQ(count_units("abc"), 3U);
  EXPECT_EQ(count_units("\u00e9\u05d0\u20ac"), 3U);
  EXPECT_EQ(count_units("\U0001F600"), 2U);
  EXPECT_EQ(count_units("\U0001F469\u200D\U0001F680"), 5U);
  EXPECT_EQ(count_units("\xff"), 1U) << "as U+FFFD";
}

TEST(HtmlText, IsCutByUnitsAndNotByBytesOrEscapes) {
  EXPECT_EQ(TextBuilder().plain("&&&&").build(4).html, "&amp;&amp;&amp;&amp;");
  EXPECT_EQ(TextBuilder().plain("&&&&&").build(4).html, "&amp;&amp;&amp;…");
  EXPECT_EQ(cut_to_units("\u05e9\u05dc\u05d5\u05dd", 4), "\u05e9\u05dc\u05d5\u05dd");
  EXPECT_EQ(cut_to_units("\u05e9\u05dc\u05d5\u05dd", 3), "\u05e9\u05dc…");
}

TEST(HtmlText, IsNeverCutInsideASurrogatePair) {
  EXPECT_EQ(cut_to_units("\U0001F600\U0001F600", 4), "\U0001F600\U0001F600");
  EXPECT_EQ(cut_to_units("\U0001F600\U0001F600", 3), "\U0001F600…");
  EXPECT_EQ(cut_to_units("\U0001F600\U0001F600", 2), "…");
  EXPECT_EQ(cut_to_units("\U0001F600\U0001F600", 0), "");
}

TEST(HtmlText, KeepsACharacterAndItsMarksTogether) {
  EXPECT_EQ(cut_to_units("ae\u0301x", 3), "a…") << "not an e without its accent";
  EXPECT_EQ(cut_to_units("a\U0001F469\u200D\U0001F680zz", 6), "a…") << "not half a family";
  EXPECT_EQ(cut_to_units("a\U0001F44D\U0001F3FDzz", 5), "a…") << "not without its colour";
  EXPECT_EQ(cut_to_units("a\u0915\u0940zz", 3), "a…") << "not without its vowel sign";
  EXPECT_EQ(cut_to_units("\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7z", 7), "\U0001F1E9\U0001F1EA…") << "not half a flag";
  std::string marks = "e";
  for (int i = 0; i < 1000; ++i) marks += "\u0301";
  EXPECT_GT(count_units(cut_to_units(marks, 500)), 400U) << "a text of marks alone is cut somewhere";
}

TEST(HtmlText, ClosesTheTagItIsCutIn) {
  EXPECT_EQ(TextBuilder().plain("ab").bold("cdef").plain("g").build(5).html, "ab<b>cd</b>…");
  EXPECT_EQ(TextBuilder().plain("abcd").bold("ef").build(5).html, "abcd…");
  EXPECT_EQ(TextBuilder().plain("abc").bold("de").build(5).html, "abc<b>de</b>");
}

TEST(HtmlText, MakesInvalidUtf8AndControlCharactersHarmless) {
  const Text text = TextBuilder().plain(std::string("a\xc3") + '\0' + "\x1b[1m\tb\nc").build();
  EXPECT_EQ(text.plain, "a\uFFFD  [1m\tb\nc");
  EXPECT_EQ(cut_to_units("\xf0\x9f\x98", 10), "\uFFFD\uFFFD\uFFFD");
}

TEST(HtmlText, IsWholeAndWithinItsLengthWhateverItIsMadeOf) {
  const std::uint32_t seed = std::random_device{}();
  RecordProperty("seed", std::to_string(seed));
  std::mt19937 random(seed);
  const std::array<std::string, 14> pieces = {
      "a",      "&",      "<",     ">",   "\U0001F600", "e\u0301",      "\u05e9",
      "\u202e", "\u200d", "&amp;", "<b>", "\xff\xfe",   "\xed\xa0\x80", "\U0001F44D\U0001F3FD"};
  for (int round = 0; round < 2000; ++round) {
    TextBuilder builder;
    for (auto parts = random() % 6; parts > 0; --parts) {
      std::string part;
      for (auto length = random() % 12; length > 0; --length) part += pieces.at(random() % pieces.size());
      switch (random() % 4) {
        case 0:
          builder.plain(part);
          break;
        case 1:
          builder.bold(part);
          break;
        case 2:
          builder.italic(part);
          break;
        default:
          builder.code(part);
      }
    }
    const std::size_t units = random() % 40;
    const Text all = builder.build();
    const Text cut = builder.build(units);
    ASSERT_EQ(read_html(cut.html), cut.plain) << "seed " << seed;
    ASSERT_TRUE(protocol::is_utf8(cut.html)) << "seed " << seed;
    ASSERT_LE(count_units(cut.plain), units) << "seed " << seed;
    const bool is_all = cut.plain == all.plain;
    ASSERT_EQ(is_all, count_units(all.plain) <= units) << "seed " << seed;
    if (is_all || units == 0) continue;
    ASSERT_TRUE(cut.plain.ends_with("…")) << "seed " << seed;
    const std::string kept = cut.plain.substr(0, cut.plain.size() - std::string("…").size());
    ASSERT_TRUE(all.plain.starts_with(kept)) << "seed " << seed;
  }
}

}  // namespace
}  // namespace fanfare::workers::telegram::bot
