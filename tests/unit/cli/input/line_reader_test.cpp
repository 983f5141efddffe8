#include "cli/input/line_reader.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <csignal>
#include <thread>

#include "cli/exit_code.hpp"

namespace fanfare::cli {
namespace {

class LineReaderTest : public testing::Test {
 protected:
  LineReaderTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    read_.reset(ends[0]);
    write_.reset(ends[1]);
  }

  void write(std::string_view text) const {
    EXPECT_EQ(::write(write_.get(), text.data(), text.size()), static_cast<ssize_t>(text.size()));
  }

  Waiter waiter_;
  runtime::FileDescriptor read_;
  runtime::FileDescriptor write_;
};

TEST_F(LineReaderTest, GivesEachLineAsItIs) {
  write(std::string_view("one\n\ntwo \r\n\0\xff\nlast", 18));
  write_.reset();
  LineReader reader(read_.get(), waiter_);
  EXPECT_EQ(reader.next(), "one");
  EXPECT_EQ(reader.next(), "");
  EXPECT_EQ(reader.next(), "two \r");
  EXPECT_EQ(reader.next(), std::string("\0\xff", 2));
  EXPECT_EQ(reader.next(), "last");
  EXPECT_EQ(reader.next(), std::nullopt);
}

TEST_F(LineReaderTest, GivesALineAsSoonAsItIsComplete) {
  LineReader reader(read_.get(), waiter_);
  write("a\nb");
  EXPECT_EQ(reader.next(), "a");
  write("c\n");
  EXPECT_EQ(reader.next(), "bc");
}

TEST_F(LineReaderTest, JoinsALineThatComesInManyPieces) {
  const std::string line(300'000, 'x');
  std::jthread writer([&] {
    write(line + "\nrest");
    write_.reset();
  });
  LineReader reader(read_.get(), waiter_);
  EXPECT_EQ(reader.next(), line);
  EXPECT_EQ(reader.rest(), "rest");
}

TEST_F(LineReaderTest, EndsAtASignal) {
  LineReader reader(read_.get(), waiter_);
  ::kill(::getpid(), SIGINT);
  EXPECT_EQ(reader.next(), std::nullopt);
  EXPECT_TRUE(waiter_.interrupted());
  EXPECT_THROW(reader.rest(), CommandFailure);
}

}  // namespace
}  // namespace fanfare::cli
