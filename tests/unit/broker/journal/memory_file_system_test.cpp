#include "tests/support/memory_file_system.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace fanfare::test {
namespace {

using broker::journal::File;
using Open = MemoryFileSystem::Open;
using Operation = MemoryFileSystem::Operation;

std::unique_ptr<File> create(MemoryFileSystem& files, const std::string& path) {
  return std::move(files.open(path, Open::create).value());
}

void write(File& file, std::uint64_t offset, std::string_view bytes) {
  const std::string_view parts[] = {bytes};
  file.write(offset, parts).value();
}

/// A file of 4 KiB of `a`, all durable.
std::unique_ptr<File> durable_file(MemoryFileSystem& files) {
  files.make_folder("journal").value();
  files.sync_folder("").value();
  auto file = create(files, "journal/x");
  write(*file, 0, std::string(4'096, 'a'));
  file->sync().value();
  files.sync_folder("journal").value();
  return file;
}

TEST(MemoryFileSystem, KeepsWhatWasSyncedWithItsName) {
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    MemoryFileSystem files(seed);
    durable_file(files);
    files.lose_power();
    EXPECT_EQ(files.files().at("journal/x"), std::string(4'096, 'a')) << seed;
  }
}

TEST(MemoryFileSystem, LosesAnySectorsThatWereNotSynced) {
  std::set<std::string> seen;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    MemoryFileSystem files(seed);
    const auto file = durable_file(files);
    write(*file, 512, std::string(1'024, 'b'));
    files.lose_power();
    const auto left = files.files().at("journal/x");
    EXPECT_EQ(left.substr(0, 512), std::string(512, 'a'));
    EXPECT_EQ(left.substr(1'536), std::string(2'560, 'a'));
    seen.insert({left[512], left[1'023], left[1'024], left[1'535]});
  }
  EXPECT_THAT(seen, testing::IsSupersetOf({"aaaa", "bbbb", "aabb", "bbaa", "baaa"}));
}

TEST(MemoryFileSystem, LosesNamesFromTheLastSyncOn) {
  std::set<std::size_t> seen;
  for (std::uint64_t seed = 1; seed <= 100; ++seed) {
    MemoryFileSystem files(seed);
    durable_file(files);
    files.rename("journal/x", "journal/y").value();
    create(files, "journal/z")->sync().value();
    files.lose_power();
    const auto left = files.files();
    EXPECT_EQ(left.count("journal/x") + left.count("journal/y"), 1U) << "a rename is whole";
    EXPECT_GE(left.count("journal/y"), left.count("journal/z")) << "in order";
    seen.insert(left.count("journal/y") + left.count("journal/z"));
  }
  EXPECT_THAT(seen, testing::ElementsAre(0, 1, 2));
}

TEST(MemoryFileSystem, AKilledProcessLosesNothingItHadWritten) {
  MemoryFileSystem files;
  const auto file = durable_file(files);
  write(*file, 0, "b");
  files.stop();
  EXPECT_TRUE(file->sync().has_error());
  EXPECT_TRUE(files.open("journal/x", Open::read).has_error());
  files.restart();
  EXPECT_EQ(files.files().at("journal/x").substr(0, 2), "ba");
  EXPECT_TRUE(file->sync().has_error()) << "it belongs to the dead process";
}

TEST(MemoryFileSystem, AfterAFailedSyncNoLaterOneHelps) {
  std::set<char> seen;
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    MemoryFileSystem files(seed);
    const auto file = durable_file(files);
    write(*file, 0, std::string(512, 'b'));
    files.fail({.operation = Operation::sync});
    EXPECT_EQ(file->sync().error().number, EIO);
    EXPECT_TRUE(file->sync().has_value());
    EXPECT_EQ(file->read(0, 1).value(), "b") << "the system still shows it";
    files.lose_power();
    seen.insert(files.files().at("journal/x")[0]);
  }
  EXPECT_THAT(seen, testing::ElementsAre('a', 'b'));
}

TEST(MemoryFileSystem, FailsTheNthCallAndWritesAsMuchAsItWasTold) {
  MemoryFileSystem files;
  const auto file = durable_file(files);
  files.fail({.operation = Operation::write, .nth = 2, .error = ENOSPC, .written = 1});
  write(*file, 0, "b");
  const std::string_view parts[] = {"cc"};
  EXPECT_EQ(file->write(1, parts).error().number, ENOSPC);
  write(*file, 3, "d");
  EXPECT_EQ(file->read(0, 5).value(), "bcada");
}

TEST(MemoryFileSystem, RefusesToGrowBeyondItsCapacity) {
  MemoryFileSystem files;
  const auto file = durable_file(files);
  files.set_capacity(5'000);
  EXPECT_EQ(file->reserve(5'001).error().number, ENOSPC);
  EXPECT_TRUE(file->reserve(5'000).has_value());
  EXPECT_EQ(create(files, "journal/y")->reserve(1).error().number, ENOSPC);
}

TEST(MemoryFileSystem, StopsAtTheChangeItWasToldOf) {
  MemoryFileSystem files;
  const auto file = durable_file(files);
  files.stop_after(2);
  write(*file, 0, "b");
  EXPECT_TRUE(file->sync().has_error());
  EXPECT_TRUE(files.stopped());
}

}  // namespace
}  // namespace fanfare::test
