#include "runtime/text/suggest.hpp"

#include <gtest/gtest.h>

namespace fanfare::runtime {
namespace {

const std::vector<std::string> kKnown = {"message", "headers", "header_count", "lease"};

TEST(Suggest, FindsTheWordDespiteASlip) {
  EXPECT_EQ(closest("mesage", kKnown), "message");
  EXPECT_EQ(closest("laese", kKnown), "lease");
  EXPECT_EQ(closest("leas", kKnown), "lease");
  EXPECT_EQ(closest("header", kKnown), "headers");
}

TEST(Suggest, SaysNothingAboutAStranger) { EXPECT_EQ(closest("colour", kKnown), std::nullopt); }

TEST(Suggest, HostileLengthIsNoWork) { EXPECT_EQ(closest(std::string(1'000'000, 'a'), kKnown), std::nullopt); }

}  // namespace
}  // namespace fanfare::runtime
