#include "runtime/service/watchdog.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>

#include "tests/unit/runtime/support/program.hpp"

namespace fanfare::runtime {
namespace {

using std::chrono::microseconds;
using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr pid_t kSelf = 42;
constexpr Watchdog::TimePoint kNow{seconds(100)};
constexpr auto kNever = Watchdog::TimePoint::max();

TEST(Watchdog, IsForTheProcessThatItNames) {
  EXPECT_EQ(Watchdog::from({}, kSelf).next(), kNever);
  EXPECT_NE(Watchdog::from({{"WATCHDOG_USEC", "1000"}}, kSelf).next(), kNever);
  EXPECT_NE(Watchdog::from({{"WATCHDOG_USEC", "1000"}, {"WATCHDOG_PID", "42"}}, kSelf).next(), kNever);
  EXPECT_EQ(Watchdog::from({{"WATCHDOG_USEC", "1000"}, {"WATCHDOG_PID", "43"}}, kSelf).next(), kNever);
  EXPECT_EQ(Watchdog::from({{"WATCHDOG_PID", "42"}}, kSelf).next(), kNever);
}

TEST(Watchdog, NeedsANumber) {
  for (const char* wrong : {"", "x", "1000x", "-5", "0", "99999999999999999999"}) {
    EXPECT_EQ(Watchdog::from({{"WATCHDOG_USEC", wrong}}, kSelf).next(), kNever) << wrong;
  }
}

TEST(Watchdog, IsToldTwiceInEachIntervalAndLooksAgainSoonAtWhatStandsStill) {
  Watchdog watchdog(microseconds(16'000));
  EXPECT_TRUE(watchdog.is_due(kNow));
  watchdog.looked(true, kNow);
  EXPECT_EQ(watchdog.next(), kNow + microseconds(8'000));
  EXPECT_FALSE(watchdog.is_due(kNow));
  watchdog.looked(false, kNow);
  EXPECT_EQ(watchdog.next(), kNow + microseconds(1'000));
}

/// A process manager's end of NOTIFY_SOCKET, and a service that tells it.
class WatchedService : public testing::Test {
 protected:
  WatchedService() : socket_(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    auto* const generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof(address);
    EXPECT_EQ(::bind(socket_.get(), generic, sizeof(address.sun_family)), 0);  // the kernel chooses a name
    EXPECT_EQ(::getsockname(socket_.get(), generic, &size), 0);
    name_ = "@" + std::string(address.sun_path + 1, size - offsetof(sockaddr_un, sun_path) - 1);
  }

  test::Program start(const std::string& watchdog, const std::string& does = "") const {
    return test::Program({{"env", "NOTIFY_SOCKET=" + name_, watchdog, TEST_SERVICE}, {{"TEST_SERVICE_DOES", does}}});
  }

  /// What it was told by now.
  const std::vector<std::string>& told() {
    std::array<char, 256> text{};
    for (ssize_t size = 0; (size = ::recv(socket_.get(), text.data(), text.size(), 0)) >= 0;) {
      told_.emplace_back(text.data(), static_cast<std::size_t>(size));
    }
    return told_;
  }

  bool hears(const std::string& message, int times) {
    return test::eventually(seconds(5), [&] { return std::ranges::count(told(), message) >= times; });
  }

  FileDescriptor socket_;
  std::string name_;
  std::vector<std::string> told_;
};

TEST_F(WatchedService, SaysAgainAndAgainThatItLives) {
  const auto program = start("WATCHDOG_USEC=20000");
  EXPECT_TRUE(hears("READY=1", 1));
  EXPECT_TRUE(hears("WATCHDOG=1", 5));
}

TEST_F(WatchedService, SaysNothingMoreWhenItStandsStill) {
  auto program = start("WATCHDOG_USEC=20000", "stand-still");
  EXPECT_TRUE(program.says("test stands still"));
  EXPECT_TRUE(hears("READY=1", 1));
  const auto ready = std::ranges::find(told(), "READY=1");
  EXPECT_EQ(std::count(ready, told().end(), "WATCHDOG=1"), 0);
}

TEST_F(WatchedService, SaysWhenItReadsItsConfigurationAgain) {
  auto program = start("WATCHDOG_USEC=");
  ASSERT_TRUE(hears("READY=1", 1));
  program.child().send_signal(SIGHUP);
  ASSERT_TRUE(hears("READY=1", 2));
  program.child().send_signal(SIGTERM);
  ASSERT_TRUE(hears("STOPPING=1", 1));
  ASSERT_EQ(told().size(), 4U);
  EXPECT_THAT(told()[1], testing::MatchesRegex("RELOADING=1\nMONOTONIC_USEC=[0-9]+"));
}

}  // namespace
}  // namespace fanfare::runtime
