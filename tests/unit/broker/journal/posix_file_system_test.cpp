#include "broker/journal/posix_file_system.hpp"

#include <gmock/gmock.h>

#include <array>
#include <cerrno>
#include <vector>

#include "broker/journal/file_journal.hpp"
#include "protocol/record.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"

namespace fanfare::broker::journal {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

class PosixFiles : public testing::Test {
 protected:
  [[nodiscard]] std::string path(const std::string& name) const { return (folder.path() / name).string(); }

  test::TemporaryFolder folder;
  PosixFileSystem files;
};

TEST_F(PosixFiles, WritesManyPartsOneAfterTheOther) {
  const auto file = files.open(path("a"), FileSystem::Open::create).value();
  std::string expected(5, '\0');
  std::vector<std::string> texts;
  for (int i = 0; i < 3'000; ++i)
    texts.push_back(std::string(static_cast<std::size_t>(i % 7), static_cast<char>('a' + i % 26)));
  std::vector<std::string_view> parts(texts.begin(), texts.end());
  for (const auto& text : texts) expected += text;
  ASSERT_TRUE(file->write(5, parts));
  ASSERT_TRUE(file->sync());
  EXPECT_EQ(file->size().value(), expected.size());
  EXPECT_EQ(file->read(0, expected.size() + 100).value(), expected);
  EXPECT_EQ(file->read(expected.size(), 10).value(), "");
}

TEST_F(PosixFiles, ReservesAndCuts) {
  const auto file = files.open(path("a"), FileSystem::Open::create).value();
  ASSERT_TRUE(file->write(0, std::array<std::string_view, 1>{"text"}));
  ASSERT_TRUE(file->reserve(1U << 20U));
  EXPECT_EQ(file->size().value(), 1U << 20U);
  EXPECT_EQ(file->read(0, 5).value(), std::string_view("text\0", 5));
  ASSERT_TRUE(file->truncate(2));
  EXPECT_EQ(file->read(0, 5).value(), "te");
}

TEST_F(PosixFiles, SaysWhichFileAndWhy) {
  const auto missing = files.open(path("none"), FileSystem::Open::read);
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().number, ENOENT);
  EXPECT_THAT(missing.error().message, HasSubstr(path("none")));
  ASSERT_TRUE(files.open(path("a"), FileSystem::Open::create));
  EXPECT_EQ(files.open(path("a"), FileSystem::Open::create).error().number, EEXIST);
  const auto read_only = files.open(path("a"), FileSystem::Open::read).value();
  EXPECT_FALSE(read_only->write(0, std::array<std::string_view, 1>{"x"}));
}

TEST_F(PosixFiles, NamesAreListedRenamedAndRemoved) {
  ASSERT_TRUE(files.make_folder(path("x/y")));
  ASSERT_TRUE(files.make_folder(path("x/y")));
  for (const auto* name : {"x/y/b", "x/y/a"}) ASSERT_TRUE(files.open(path(name), FileSystem::Open::create));
  EXPECT_THAT(files.list(path("x/y")).value(), ElementsAre("a", "b"));
  ASSERT_TRUE(files.rename(path("x/y/a"), path("x/y/c")));
  ASSERT_TRUE(files.remove(path("x/y/b")));
  ASSERT_TRUE(files.sync_folder(path("x/y")));
  EXPECT_THAT(files.list(path("x/y")).value(), ElementsAre("c"));
  EXPECT_THAT(files.list(path("none")).value(), ElementsAre());
}

TEST_F(PosixFiles, ALockIsHeldByOne) {
  {
    const auto held = FileLock::take(path("lock"));
    ASSERT_TRUE(held);
    EXPECT_EQ(FileLock::take(path("lock")).error().number, EWOULDBLOCK);
  }
  EXPECT_TRUE(FileLock::take(path("lock")));
}

TEST_F(PosixFiles, TheJournalIsUsedByOneBrokerAtATimeAndKeepsWhatItIsGiven) {
  Options options;
  options.folder = path("data/journal");
  options.streams = {{.number = 1, .name = "chat"}};
  options.random = [] { return Uuid{}; };
  options.clock = [] { return std::int64_t{1'700'000'000'000'000}; };
  options.boot_id = read_boot_id();
  options.segment_bytes = 1U << 20U;
  EXPECT_FALSE(options.boot_id.empty());
  {
    const auto journal = FileJournal::open(options, files).value();
    const auto second = FileJournal::open(options, files);
    ASSERT_FALSE(second);
    EXPECT_THAT(second.error().message, HasSubstr("is used by another broker"));
    journal->define(1, 1, "chat.a");
    auto records = std::make_shared<std::string>();
    protocol::append_record(*records, {.topic = 1, .timestamp = 5, .publisher = "local"}, 0, 0, "payload");
    journal->append({.stream = 1, .records = records, .count = 1});
    EXPECT_TRUE(test::eventually(std::chrono::seconds(10), [&] { return !journal->take_events().empty(); }));
  }
  const auto journal = FileJournal::open(options, files).value();
  EXPECT_EQ(journal->kept(1).head.sequence, 1U);
}

}  // namespace
}  // namespace fanfare::broker::journal
