#include "tests/bench/load/operations/nats_connection.hpp"

#include <gtest/gtest.h>

namespace fanfare::load {
namespace {

TEST(NatsJson, ANumberIsFoundByItsName) {
  EXPECT_EQ(number_in(R"({"stream":"bench", "seq":17})", "seq"), 17);
  EXPECT_EQ(number_in(R"({"num_pending": 3,"seq":1})", "num_pending"), 3);
}

TEST(NatsJson, WhatIsNotThereOrNoNumberIsMinusOne) {
  EXPECT_EQ(number_in(R"({"stream":"bench"})", "seq"), -1);
  EXPECT_EQ(number_in(R"({"seq":"x"})", "seq"), -1);
  EXPECT_EQ(number_in(R"({"seq":)", "seq"), -1);
}

}  // namespace
}  // namespace fanfare::load
