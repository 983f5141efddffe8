#include "broker/journal/offline.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/unit/runtime/support/temporary_folder.hpp"

namespace fanfare::broker::journal {
namespace {

TEST(Offline, RefusesAJournalThatABrokerUses) {
  const test::TemporaryFolder folder;
  std::filesystem::create_directory(folder.path() / "chat");
  folder.write("chat/state", "open 1\n");
  const auto lock = FileLock::take(folder.path() / "lock");
  ASSERT_TRUE(lock);
  EXPECT_EQ(hold_offline(folder.path()).error().number, EWOULDBLOCK);
  EXPECT_EQ(hold_offline(folder.path().string() + "/").error().number, EWOULDBLOCK);
  EXPECT_EQ(hold_offline(folder.path() / "chat").error().number, EWOULDBLOCK) << "also one stream of it";
}

TEST(Offline, KeepsBrokersAway) {
  const test::TemporaryFolder folder;
  folder.write("lock", "");
  const auto held = hold_offline(folder.path());
  ASSERT_TRUE(held && *held);
  EXPECT_EQ(FileLock::take(folder.path() / "lock").error().number, EWOULDBLOCK);
}

TEST(Offline, MakesNothingWhereNoBrokerHasBeen) {
  const test::TemporaryFolder folder;
  const auto held = hold_offline(folder.path());
  ASSERT_TRUE(held);
  EXPECT_FALSE(*held);
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Offline, FindsTheStreamsOfAJournalAndNothingElse) {
  const test::TemporaryFolder folder;
  for (const auto* name : {"chat", "changes", "empty", "chat/cut-1"}) {
    std::filesystem::create_directory(folder.path() / name);
  }
  folder.write("chat/00000000000000000007.segment", "");
  folder.write("chat/cut-1/00000000000000000008.segment", "");
  folder.write("changes/state", "open 1\n");
  folder.write("lock", "");
  folder.write("notes.txt", "");
  PosixFileSystem files;
  const auto found = stream_folders(files, folder.path());
  ASSERT_TRUE(found);
  ASSERT_EQ(found->size(), 2U);
  EXPECT_EQ((*found)[0].name, "changes");
  EXPECT_EQ((*found)[1].name, "chat");
}

}  // namespace
}  // namespace fanfare::broker::journal
