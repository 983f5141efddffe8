// What is written past the system's cache is what a reader finds, however it is mixed with what goes through it.

#include <gtest/gtest.h>

#include <array>
#include <random>
#include <string>

#include "broker/journal/last_page.hpp"
#include "broker/journal/posix_file_system.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"

namespace fanfare::broker::journal {
namespace {

std::size_t to_page(std::size_t size) { return (size + kPage - 1) / kPage * kPage; }

TEST(LastPage, KnowsWhatLiesBefore) {
  LastPage page;
  EXPECT_EQ(page.before(5), "") << "nothing was written yet";
  page.wrote(0, std::array<std::string_view, 2>{"abc", "de"});
  EXPECT_EQ(page.before(5), "abcde");
  EXPECT_EQ(page.before(3), "abc");
  EXPECT_EQ(page.before(6), "") << "one byte is not known";
  EXPECT_EQ(page.before(kPage + 3), "") << "another page";
  page.wrote(3, std::array<std::string_view, 1>{"fgh"});
  EXPECT_EQ(page.before(6), "abcfgh");
}

TEST(LastPage, IsTheOneInWhichTheLastPartEnds) {
  LastPage page;
  const std::string first(3 * kPage - 10, 'a');
  page.wrote(0, std::array<std::string_view, 2>{first, std::string_view("0123456789rest")});
  EXPECT_EQ(page.before(3 * kPage + 4), "rest");
  page.wrote(3 * kPage + 4, std::array<std::string_view, 1>{std::string(2 * kPage - 4, 'b')});
  EXPECT_EQ(page.before(5 * kPage), "");
  EXPECT_EQ(page.before(5 * kPage - 1), std::string(kPage - 1, 'b'));
}

TEST(LastPage, KnowsNothingOfAPageWhoseBeginningItHasNotSeen) {
  LastPage page;
  page.wrote(100, std::array<std::string_view, 1>{"x"});
  EXPECT_EQ(page.before(101), "");
  page.wrote(0, std::array<std::string_view, 1>{std::string(kPage, 'a')});
  page.forget();
  EXPECT_EQ(page.before(10), "");
}

TEST(WriteThrough, IsReadAsItWasWritten) {
  std::mt19937 random(7);  // fixed: a failure repeats
  const auto any = [&](std::size_t n) { return std::uniform_int_distribution<std::size_t>(0, n - 1)(random); };
  const test::TemporaryFolder folder;
  const auto path = (folder.path() / "spare").string();
  PosixFileSystem files;
  const auto file = files.open(path, FileSystem::Open::create).value();
  std::string expected(16U << 20U, '\0');
  ASSERT_TRUE(file->reserve(expected.size()));
  for (std::size_t at = 0; at < expected.size(); at += expected.size() / 4) {
    ASSERT_TRUE(file->write_zeros(at, expected.size() / 4));
  }
  ASSERT_TRUE(file->sync());
  ASSERT_TRUE(files.rename(path, path + "-used"));
  ASSERT_TRUE(files.open(path, FileSystem::Open::create)) << "the next one has its name";
  const auto reader = files.open(path + "-used", FileSystem::Open::read).value();

  std::size_t end = any(kPage);  // not at a page's beginning, as after a restart
  for (int step = 0; step < 400; ++step) {
    const std::size_t size = 1 + (any(3) == 0 ? any(1'500'000) : any(300));
    const std::string text(size, static_cast<char>('a' + step % 26));
    if (to_page(end + size) > expected.size()) break;
    const std::string zeros(to_page(end + size) - end - size, '\0');
    const auto half = any(size + 1);
    const std::array<std::string_view, 3> parts{std::string_view(text).substr(0, half),
                                                std::string_view(text).substr(half), zeros};
    ASSERT_TRUE(any(10) == 0 ? file->write(end, parts) : file->write_through(end, parts));
    if (any(2) == 0) {
      ASSERT_TRUE(file->sync());
    }
    expected.replace(end, size, text);
    const auto from = end - std::min<std::size_t>(end, any(20'000));
    const auto found = reader->read(from, to_page(end + size) - from).value();
    ASSERT_EQ(found, expected.substr(from, found.size())) << "step " << step;
    end += size;
  }
  EXPECT_GT(end, expected.size() / 2);
  EXPECT_EQ(reader->read(0, expected.size()).value(), expected);
  EXPECT_EQ(files.open(path, FileSystem::Open::read).value()->size().value(), 0U);
}

TEST(WriteThrough, SaysWhichFileAndWhy) {
  const test::TemporaryFolder folder;
  PosixFileSystem files;
  const auto path = folder.write("a", std::string(kPage, 'a')).string();
  const auto file = files.open(path, FileSystem::Open::read).value();
  const auto refused = file->write_through(0, std::array<std::string_view, 1>{std::string(64 * kPage, 'x')});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find(path), std::string::npos);
}

}  // namespace
}  // namespace fanfare::broker::journal
