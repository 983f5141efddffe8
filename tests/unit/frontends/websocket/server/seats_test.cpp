#include "frontends/websocket/server/seats.hpp"

#include <gtest/gtest.h>

namespace fanfare::frontends::websocket::server {
namespace {

TEST(Seats, AreBoundedInAllAndPerAddress) {
  Seats seats({.all = 3, .per_address = 2});
  auto first = seats.take("10.0.0.1", false);
  const auto second = seats.take("10.0.0.1", false);
  EXPECT_FALSE(seats.take("10.0.0.1", false));
  const auto third = seats.take("10.0.0.2", false);
  EXPECT_FALSE(seats.take("10.0.0.3", false));
  first.reset();
  EXPECT_TRUE(seats.take("10.0.0.1", false));
  EXPECT_EQ(seats.taken(), 2U);
}

TEST(Seats, AProxyOnThisMachineSpeaksForMany) {
  Seats seats({.all = 3, .per_address = 1});
  const auto first = seats.take("127.0.0.1", true);
  EXPECT_TRUE(seats.take("127.0.0.1", true));
}

}  // namespace
}  // namespace fanfare::frontends::websocket::server
