#include "runtime/config/reachable.hpp"

#include <gtest/gtest.h>

namespace fanfare::runtime {
namespace {

TEST(Reachable, TurnsAllInterfacesIntoThisMachine) {
  EXPECT_EQ(reachable("tcp://*:1"), "tcp://127.0.0.1:1");
  EXPECT_EQ(reachable("tcp://0.0.0.0:1"), "tcp://127.0.0.1:1");
  EXPECT_EQ(reachable("tcp://[::]:1"), "tcp://[::1]:1");
  EXPECT_EQ(reachable("tcp://10.0.0.1:1"), "tcp://10.0.0.1:1");
}

}  // namespace
}  // namespace fanfare::runtime
