#include "runtime/text/escape.hpp"

#include <gtest/gtest.h>

namespace fanfare::runtime {
namespace {

TEST(Escape, QuotedTextStaysOnOneLine) {
  EXPECT_EQ(quote("a\nb\r\tc\"\\"), R"("a\nb\r\tc\"\\")");
  EXPECT_EQ(quote(std::string_view("\x1b[31m\0", 6)), R"("\u001b[31m\u0000")");
}

TEST(Escape, UnicodeControlsAndLineSeparatorsAreEscaped) {
  EXPECT_EQ(quote("\xC2\x9B"), R"("\u009b")");
  EXPECT_EQ(quote("\xE2\x80\xA8"), R"("\u2028")");
}

TEST(Escape, OtherUnicodeStays) { EXPECT_EQ(quote("grüß 🎺"), "\"grüß 🎺\""); }

TEST(Escape, InvalidUtf8IsShownAsBytes) {
  EXPECT_EQ(quote("\xFF"), R"("\xff")");
  EXPECT_EQ(quote("\xC0\xAF"), R"("\xc0\xaf")");
  EXPECT_EQ(quote("\xED\xA0\x80"), R"("\xed\xa0\x80")");
  EXPECT_EQ(quote("a\xE2\x80"), R"("a\xe2\x80")");
}

TEST(Escape, PlainWordsNeedNoQuotes) {
  EXPECT_EQ(word_or_quote("tcp://127.0.0.1:7410"), "tcp://127.0.0.1:7410");
  EXPECT_EQ(word_or_quote(""), "\"\"");
  EXPECT_EQ(word_or_quote("a b"), "\"a b\"");
  EXPECT_EQ(word_or_quote("a=b"), "\"a=b\"");
}

TEST(Escape, InvalidBytesAreReplaced) {
  EXPECT_EQ(valid_utf8("a\xFF"
                       "b"),
            "a\xEF\xBF\xBD"
            "b");
}

}  // namespace
}  // namespace fanfare::runtime
