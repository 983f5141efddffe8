#include "workers/store/postgres/connection_deadlines.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

#include "tests/support/eventually.hpp"

namespace fanfare::workers::store {
namespace {

using Clock = ConnectionDeadlines::Clock;
using fanfare::test::patient;
using std::chrono::milliseconds;
using std::chrono::seconds;

class ConnectionDeadlinesTest : public testing::Test {
 protected:
  ConnectionDeadlinesTest() { EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()), 0); }
  ~ConnectionDeadlinesTest() override {
    for (const int end : ends) ::close(end);
  }
  /// Returns when the socket is shut down, or there is something.
  [[nodiscard]] ssize_t receive() const {
    char byte = 0;
    return ::recv(ends[0], &byte, 1, 0);
  }

  std::array<int, 2> ends{};
  ConnectionDeadlines deadlines;
};

TEST_F(ConnectionDeadlinesTest, WhoWaitsLongerIsWoken) {
  ConnectionDeadlines::Guard guard(deadlines, ends[0], Clock::now() + milliseconds(30));
  EXPECT_EQ(receive(), 0);
  EXPECT_FALSE(guard.extend(Clock::now() + seconds(1)));
}

TEST_F(ConnectionDeadlinesTest, AnAnswerInTimeExtendsIt) {
  ConnectionDeadlines::Guard guard(deadlines, ends[0], Clock::now() + patient(seconds(2)));
  ASSERT_EQ(::send(ends[1], "x", 1, 0), 1);
  EXPECT_EQ(receive(), 1);
  EXPECT_TRUE(guard.extend(Clock::now() + milliseconds(30)));
  // Somebody else's earlier deadline makes the thread look again at once.
  ConnectionDeadlines::Guard other(deadlines, ends[1], Clock::now() + milliseconds(10));
  EXPECT_EQ(receive(), 0);
}

TEST_F(ConnectionDeadlinesTest, ASocketIsLeftAloneWhenItsGuardHasGone) {
  std::array<int, 2> later{};
  ASSERT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, later.data()), 0);
  { const ConnectionDeadlines::Guard guard(deadlines, ends[0], Clock::now() + milliseconds(1)); }
  const ConnectionDeadlines::Guard other(deadlines, later[0], Clock::now() + milliseconds(20));
  char byte = 0;
  EXPECT_EQ(::recv(later[0], &byte, 1, 0), 0);  // its deadline is behind the first one's
  EXPECT_EQ(::recv(ends[0], &byte, 1, MSG_DONTWAIT), -1);
  for (const int end : later) ::close(end);
}

}  // namespace
}  // namespace fanfare::workers::store
