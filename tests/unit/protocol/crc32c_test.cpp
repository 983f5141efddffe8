#include "protocol/crc32c.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fanfare::protocol {
namespace {

TEST(Crc32c, GivesTheExamplesOfRfc3720) {
  EXPECT_EQ(crc32c(std::string(32, '\0')), 0x8A91'36AAU);
  EXPECT_EQ(crc32c(std::string(32, '\xFF')), 0x62A8'AB43U);
  EXPECT_EQ(crc32c("123456789"), 0xE306'9283U);
  EXPECT_EQ(crc32c(""), 0U);
}

TEST(Crc32c, IsTheSameWithAndWithoutTheInstruction) {
  std::string bytes;
  for (int i = 0; i < 1'500; ++i) {  // a few rounds of thirds
    EXPECT_EQ(crc32c(bytes, 7), crc32c_by_table(bytes, 7)) << i;
    bytes.push_back(static_cast<char>(i * 37));
  }
}

TEST(Crc32c, GoesOnFromASeed) { EXPECT_EQ(crc32c("6789", crc32c("12345")), crc32c("123456789")); }

TEST(Crc32c, OfManyAtATimeIsThatOfEach) {
  std::string bytes;
  for (int i = 0; i < 300; ++i) bytes.push_back(static_cast<char>(i * 37));
  std::vector<Crc32cLane> lanes;
  for (std::uint32_t i = 0; i < 150; ++i) {
    lanes.push_back({.bytes = std::string_view(bytes).substr(i, i * i % 151), .crc = i});
    auto together = lanes;
    crc32c(together);
    for (std::size_t n = 0; n < lanes.size(); ++n) {
      EXPECT_EQ(together[n].crc, crc32c_by_table(lanes[n].bytes, lanes[n].crc)) << n << " of " << lanes.size();
    }
  }
}

}  // namespace
}  // namespace fanfare::protocol
