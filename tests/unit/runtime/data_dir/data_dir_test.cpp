#include "runtime/data_dir/data_dir.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include "tests/unit/runtime/support/temporary_folder.hpp"

namespace fanfare::runtime {
namespace {

using testing::AllOf;
using testing::HasSubstr;

TEST(DataDir, IsCreatedForItsOwnerOnly) {
  const test::TemporaryFolder folder;
  const auto data = DataDir::open(folder.path() / "a" / "b" / "", "fanfare-broker");
  ASSERT_TRUE(data.has_value()) << data.error().message;
  EXPECT_EQ(data->path(), folder.path() / "a" / "b");
  EXPECT_EQ(std::filesystem::status(data->path()).permissions(), std::filesystem::perms::owner_all);
}

TEST(DataDir, SecondTakerIsToldWhoHoldsIt) {
  const test::TemporaryFolder folder;
  const auto first = DataDir::open(folder.path() / "data", "fanfare-broker");
  const auto second = DataDir::open(folder.path() / "data", "fanfare-broker");
  ASSERT_TRUE(second.has_error());
  EXPECT_THAT(second.error().message, AllOf(HasSubstr("fanfare is already running here"),
                                            HasSubstr("pid " + std::to_string(::getpid()) + ", fanfare-broker"),
                                            HasSubstr(folder.path().string())));
}

TEST(DataDir, IsFreeAgainWhenItsHolderIsGone) {
  const test::TemporaryFolder folder;
  { const auto first = DataDir::open(folder.path(), "first").value().path(); }
  EXPECT_TRUE(DataDir::open(folder.path(), "second").has_value());
}

TEST(DataDir, TellsWhetherAProgramThatRunsHoldsIt) {
  const test::TemporaryFolder folder;
  EXPECT_FALSE(DataDir::is_held_by(folder.path(), "fanfare up"));
  const auto held = DataDir::open(folder.path(), "fanfare up");
  EXPECT_TRUE(DataDir::is_held_by(folder.path(), "fanfare up"));
  EXPECT_FALSE(DataDir::is_held_by(folder.path(), "fanfare-broker"));
  constexpr const char* kNobody = "pid 2147483647, fanfare up\n";
  EXPECT_FALSE(DataDir::is_held_by(folder.write("lock", kNobody).parent_path(), "fanfare up"));
}

TEST(DataDir, FileInItsPlaceIsNamed) {
  const test::TemporaryFolder folder;
  const auto file = folder.write("data", "");
  EXPECT_THAT(DataDir::open(file, "x").error().message, AllOf(HasSubstr(file.string()), HasSubstr("Not a directory")));
  EXPECT_THAT(DataDir::open(file / "below", "x").error().message, HasSubstr("cannot be created"));
}

}  // namespace
}  // namespace fanfare::runtime
