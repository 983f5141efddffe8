#include "protocol/header_map.hpp"

#include <gtest/gtest.h>

#include <string>

namespace fanfare::protocol {
namespace {

TEST(HeaderMap, ReadsWhatItWrites) {
  const Headers headers{{"a", ""}, {"content-type", "text/plain"}, {"ü", std::string(1000, 'x')}};
  EXPECT_EQ(decode_headers(encode_headers(headers)), headers);
  EXPECT_TRUE(encode_headers({}).empty());
  EXPECT_EQ(decode_headers(""), Headers{});
}

TEST(HeaderMap, RefusesWhatIsCutAtAnyByte) {
  const auto bytes = encode_headers({{"key", "value"}});
  for (std::size_t size = 1; size < bytes.size(); ++size) EXPECT_FALSE(decode_headers(bytes.substr(0, size))) << size;
}

TEST(HeaderMap, RefusesARepeatedOrEmptyKeyAndTextThatIsNotUtf8) {
  const auto one = encode_headers({{"key", "value"}});
  EXPECT_FALSE(decode_headers(one + one));
  EXPECT_FALSE(decode_headers(encode_headers({{"", "value"}})));
  EXPECT_FALSE(decode_headers(encode_headers({{"\xFF", "value"}})));
  EXPECT_FALSE(decode_headers(encode_headers({{"key", "\xFF"}})));
}

}  // namespace
}  // namespace fanfare::protocol
