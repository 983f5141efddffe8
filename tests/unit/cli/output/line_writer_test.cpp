#include "cli/output/line_writer.hpp"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <thread>

#include "cli/exit_code.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::cli {
namespace {

using std::chrono::seconds;

class LineWriterTest : public testing::Test {
 protected:
  LineWriterTest() {
    std::array<int, 2> ends{};
    EXPECT_EQ(::pipe(ends.data()), 0);
    read_.reset(ends[0]);
    write_.reset(ends[1]);
  }

  std::string read(std::size_t size) const {
    std::string text;
    std::array<char, 65536> bytes{};
    while (text.size() < size) {
      const ssize_t count = ::read(read_.get(), bytes.data(), bytes.size());
      if (count <= 0) break;
      text.append(bytes.data(), static_cast<std::size_t>(count));
    }
    return text;
  }

  Waiter waiter_;
  runtime::FileDescriptor read_;
  runtime::FileDescriptor write_;
};

TEST_F(LineWriterTest, WritesLinesInOrder) {
  LineWriter writer(write_.get(), waiter_);
  writer.write("one");
  writer.write("two");
  writer.finish(waiter_);
  EXPECT_EQ(read(8), "one\ntwo\n");
}

TEST_F(LineWriterTest, MakesTheProducerWaitForASlowReader) {
  constexpr std::size_t kLines = 4'000;
  const std::string line(1'023, 'x');
  LineWriter writer(write_.get(), waiter_);
  std::atomic<std::size_t> written = 0;
  std::jthread producer([&] {
    for (std::size_t index = 0; index < kLines; ++index, ++written) writer.write(line);
  });
  EXPECT_TRUE(test::eventually(seconds(5), [&] { return written > 500; }));
  EXPECT_LT(written, kLines);
  EXPECT_EQ(read(kLines * 1'024).size(), kLines * 1'024);
}

TEST_F(LineWriterTest, NoticesAReaderThatLeavesWithoutBeingWrittenTo) {
  LineWriter writer(write_.get(), waiter_);
  read_.reset();
  EXPECT_EQ(waiter_.wait(Clock::now() + test::patient(seconds(5)), [&] { return writer.closed(); }),
            WaitEnd::kHappened);
  writer.write("dropped");
  writer.finish(waiter_);
}

TEST_F(LineWriterTest, EndsThoughNobodyReads) {
  LineWriter writer(write_.get(), waiter_);
  writer.write(std::string(500'000, 'x'));
}

TEST_F(LineWriterTest, TellsThatALineIsOut) {
  LineWriter writer(write_.get(), waiter_);
  std::atomic<int> written = 0;
  for (const char* line : {"one", "two"}) writer.write(line, [&](bool is_written) { written += is_written ? 1 : 100; });
  EXPECT_TRUE(test::eventually(seconds(5), [&] { return written == 2; }));
  EXPECT_EQ(read(8), "one\ntwo\n");
}

TEST_F(LineWriterTest, TellsThatALineWillNeverBeOut) {
  LineWriter writer(write_.get(), waiter_);
  std::atomic<int> unwritten = 0;
  const auto count = [&](bool is_written) { unwritten += is_written ? 100 : 1; };
  writer.write(std::string(500'000, 'x'), count);  // more than the pipe takes
  writer.give_up();
  EXPECT_EQ(unwritten, 1);
  EXPECT_TRUE(writer.closed());
  writer.write("too late", count);
  EXPECT_EQ(unwritten, 2);
}

TEST(LineWriter, SaysWhyItCouldNotWrite) {
  Waiter waiter;
  const runtime::FileDescriptor full(::open("/dev/full", O_WRONLY | O_CLOEXEC));
  LineWriter writer(full.get(), waiter);
  writer.write("x");
  try {
    writer.finish(waiter);
    ADD_FAILURE();
  } catch (const CommandFailure& failure) {
    EXPECT_STREQ(failure.what(), "standard output: No space left on device");
  }
}

}  // namespace
}  // namespace fanfare::cli
