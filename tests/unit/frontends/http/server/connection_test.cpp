#include "frontends/http/server/connection.hpp"

#include <gtest/gtest.h>
#include <sys/socket.h>

#include <array>
#include <string>

namespace fanfare::frontends::http {
namespace {

using std::chrono::seconds;

constexpr std::string_view kGet = "GET / HTTP/1.1\r\nHost: a\r\n\r\n";

/// A Connection at one end of a socket pair; time is what the test says.
class ConnectionTest : public testing::Test {
 protected:
  ConnectionTest() {
    std::array<int, 2> pair{};
    EXPECT_EQ(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, pair.data()), 0);
    client_.reset(pair[0]);
    connection_ = std::make_unique<Connection>(runtime::FileDescriptor(pair[1]), "10.0.0.1", limits_, now_);
  }

  /// All that has arrived at the client; "EOF" at the end if the other side has closed.
  std::string received() {
    std::string text;
    std::array<char, 65536> buffer{};
    for (;;) {
      const ssize_t size = ::recv(client_.get(), buffer.data(), buffer.size(), 0);
      if (size > 0) text.append(buffer.data(), static_cast<std::size_t>(size));
      if (size == 0) return text + "EOF";
      if (size < 0) return text;
    }
  }

  Connection::Step receive(std::string_view bytes) { return connection_->receive(bytes, now_); }
  Connection::Step answer(const std::string& text) {
    return connection_->answer(make_reply(200, "text/plain", text), true, now_);
  }

  ServerLimits limits_{.requests_per_connection = 3, .linger_bytes = 100};
  Connection::Clock::time_point now_{};
  runtime::FileDescriptor client_;
  std::unique_ptr<Connection> connection_;
};

TEST_F(ConnectionTest, GivesOutOneRequestAfterTheOther) {
  auto step = receive(std::string(kGet) + std::string(kGet));
  ASSERT_TRUE(step.request);
  EXPECT_EQ(step.request->peer, "10.0.0.1");
  EXPECT_FALSE(receive("").request);
  step = answer("one");
  ASSERT_TRUE(step.request);
  EXPECT_FALSE(answer("two").request);
  const std::string text = received();
  EXPECT_LT(text.find("one"), text.find("two"));
  EXPECT_FALSE(text.ends_with("EOF"));
}

TEST_F(ConnectionTest, EndsAfterItsNumberOfRequests) {
  for (int count = 0; count < 3; ++count) {
    ASSERT_TRUE(receive(kGet).request);
    answer("x");
  }
  EXPECT_TRUE(received().ends_with("Connection: close\r\n\r\nxEOF"));
}

TEST_F(ConnectionTest, ARefusalIsToldAndEndsTheConnection) {
  EXPECT_FALSE(receive("nonsense\r\n\r\n" + std::string(kGet)).request);
  const std::string text = received();
  EXPECT_TRUE(text.starts_with("HTTP/1.1 400 ")) << text;
  EXPECT_TRUE(text.ends_with("EOF"));
  EXPECT_FALSE(receive(kGet).request);
}

TEST_F(ConnectionTest, WhoGoesOnSendingAfterTheLastReplyIsCutOff) {
  receive("nonsense\r\n\r\n");
  EXPECT_FALSE(receive(std::string(100, 'x')).is_closed);
  EXPECT_TRUE(receive("x").is_closed);
}

TEST_F(ConnectionTest, AHeadThatDripsIsRefusedInTime) {
  receive("GET /");
  for (int count = 0; count < 9; ++count) {
    now_ += seconds(1);
    receive("x");
    EXPECT_EQ(connection_->expire(now_).is_closed, false);
  }
  EXPECT_EQ(received(), "");
  now_ += seconds(1);
  connection_->expire(now_);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 408 "));
}

TEST_F(ConnectionTest, ABodyThatDripsIsRefusedInTime) {
  receive("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 50\r\n\r\n");
  now_ += seconds(19);
  receive("x");
  connection_->expire(now_);
  EXPECT_EQ(received(), "");
  now_ += seconds(1);
  connection_->expire(now_);
  EXPECT_TRUE(received().starts_with("HTTP/1.1 408 "));
}

TEST_F(ConnectionTest, TheClockOfAHeadBeginsAnewWithEachRequest) {
  ASSERT_TRUE(receive(kGet).request);
  answer("x");
  now_ += seconds(50);
  EXPECT_FALSE(connection_->expire(now_).is_closed);
  receive("GET");
  now_ += seconds(9);
  ASSERT_TRUE(receive(std::string(kGet).substr(3)).request);
}

TEST_F(ConnectionTest, AnIdleConnectionIsClosedWithoutAWord) {
  now_ += seconds(10);
  EXPECT_TRUE(connection_->expire(now_).is_closed);
  EXPECT_EQ(received(), "EOF");
}

TEST_F(ConnectionTest, AReplyThatIsNotReadWaitsAndThenEndsTheConnection) {
  ASSERT_TRUE(receive(kGet).request);
  const std::string large(4'000'000, 'x');
  EXPECT_TRUE(answer(large).waits_for_room);
  EXPECT_TRUE(connection_->wants_room());
  now_ += seconds(20 + large.size() / kSlowestReader + 1);
  EXPECT_TRUE(connection_->expire(now_).is_closed);
}

TEST_F(ConnectionTest, AReplyThatIsReadSlowlyArrivesWhole) {
  ASSERT_TRUE(receive(kGet).request);
  const std::string large(4'000'000, 'x');
  auto step = answer(large);
  std::string text;
  while (step.waits_for_room) {
    text += received();
    step = connection_->write_on(now_);
  }
  text += received();
  EXPECT_TRUE(text.ends_with("\r\n\r\n" + large));
}

TEST_F(ConnectionTest, WhoSendsFarAheadIsCutOff) {
  ASSERT_TRUE(receive(kGet).request);
  EXPECT_TRUE(receive(std::string(2 * (limits_.read.head + limits_.read.body) + 1, 'x')).is_closed);
  EXPECT_TRUE(answer("late").is_closed);
}

TEST_F(ConnectionTest, AHalfClosedClientStillGetsItsReplies) {
  ASSERT_TRUE(receive(std::string(kGet) + std::string(kGet)).request);
  EXPECT_FALSE(connection_->end_of_input(now_).is_closed);
  ASSERT_TRUE(answer("one").request);
  EXPECT_TRUE(answer("two").is_closed);
  EXPECT_TRUE(received().ends_with("twoEOF"));
}

TEST_F(ConnectionTest, HeadIsAnsweredWithoutTheBody) {
  ASSERT_TRUE(receive("HEAD / HTTP/1.1\r\nHost: a\r\n\r\n").request);
  answer("body");
  const std::string text = received();
  EXPECT_NE(text.find("Content-Length: 4\r\n"), std::string::npos);
  EXPECT_TRUE(text.ends_with("\r\n\r\n"));
}

TEST_F(ConnectionTest, AClientThatWaitsForContinueGetsIt) {
  receive("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(received(), "HTTP/1.1 100 Continue\r\n\r\n");
  EXPECT_TRUE(receive("ab").request);
}

TEST_F(ConnectionTest, OnlyAWaitingConnectionMakesRoom) {
  EXPECT_TRUE(connection_->waits_since());
  ASSERT_TRUE(receive(kGet).request);
  EXPECT_FALSE(connection_->waits_since());
  EXPECT_FALSE(connection_->close_if_waiting().is_closed);
  answer("x");
  EXPECT_TRUE(connection_->close_if_waiting().is_closed);
}

}  // namespace
}  // namespace fanfare::frontends::http
