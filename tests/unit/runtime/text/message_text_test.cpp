#include "runtime/text/message_text.hpp"

#include <gtest/gtest.h>

#include <string>

#include "runtime/text/characters.hpp"

namespace fanfare::runtime {
namespace {

TEST(MessageText, LineBreaksAndTabsPassOtherControlsDont) {
  EXPECT_EQ(problem_of_message_text("a\n\tb"), "");
  for (const char* text : {"a\rb", "\x7F", "\xC2\x85", "\x1B[2J"}) {
    EXPECT_EQ(problem_of_message_text(text), "has control characters");
  }
  EXPECT_EQ(problem_of_message_text("\xC3\x85"), "");  // Å ends in a byte that is a control character after C2 only
}

TEST(MessageText, BoundsAreCharactersAndBytes) {
  EXPECT_EQ(problem_of_message_text(" \n"), "is empty");
  EXPECT_EQ(problem_of_message_text(std::string(4'000, 'a')), "");
  EXPECT_EQ(problem_of_message_text(std::string(4'001, 'a')), "is longer than 4,000 characters");
  EXPECT_EQ(problem_of_message_text(std::string(kMostMessageBytes + 1, 'a')), "is above 16 KiB");
  EXPECT_EQ(problem_of_message_text("\xC3"), "is not UTF-8");
  EXPECT_EQ(count_characters("aü\U0001F389"), 3U);
}

TEST(MessageText, ClientIdIsOfLettersDigitsAndTwoMarks) {
  EXPECT_TRUE(is_client_id("aZ9-_"));
  EXPECT_TRUE(is_client_id(std::string(64, 'a')));
  for (const std::string& text : {std::string(), std::string(65, 'a'), std::string("a b"), std::string("ü")}) {
    EXPECT_FALSE(is_client_id(text)) << text;
  }
}

}  // namespace
}  // namespace fanfare::runtime
