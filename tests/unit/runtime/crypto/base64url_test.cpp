#include "runtime/crypto/base64url.hpp"

#include <gtest/gtest.h>

#include <array>
#include <utility>

namespace fanfare::runtime::crypto {
namespace {

TEST(Base64url, EncodesTheExamplesOfRfc4648) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 7> kExamples{{{"", ""},
                                                                                    {"f", "Zg"},
                                                                                    {"fo", "Zm8"},
                                                                                    {"foo", "Zm9v"},
                                                                                    {"foob", "Zm9vYg"},
                                                                                    {"fooba", "Zm9vYmE"},
                                                                                    {"foobar", "Zm9vYmFy"}}};
  for (const auto& [bytes, text] : kExamples) {
    EXPECT_EQ(encode_base64url(bytes), text);
    EXPECT_EQ(decode_base64url(text), bytes);
  }
}

TEST(Base64url, UsesTheAlphabetThatIsSafeInAddresses) {
  EXPECT_EQ(encode_base64url("\xfb\xff\xfe"), "-__-");
  EXPECT_EQ(decode_base64url("-__-"), "\xfb\xff\xfe");
}

TEST(Base64url, GivesEveryByteBack) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(decode_base64url(encode_base64url(bytes)), bytes);
}

TEST(Base64url, RefusesASecondTextForTheSameBytes) {
  for (const std::string_view text : {"Zg==", "Zh", "Zm9", "Zg\n", " Zg", "Z", "+//+", "Zm9vY", "Zg."}) {
    EXPECT_FALSE(decode_base64url(text)) << text;
  }
}

}  // namespace
}  // namespace fanfare::runtime::crypto
