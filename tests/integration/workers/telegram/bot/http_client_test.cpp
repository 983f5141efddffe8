#include "workers/telegram/bot/http_client.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <future>
#include <thread>

#include "tests/integration/workers/telegram/bot/strict_bot_api.hpp"

namespace fanfare::workers::telegram::bot {
namespace {

using namespace std::chrono_literals;
using test::patient;
using test::soon;
using Clock = std::chrono::steady_clock;
using FailureKind = HttpFailure::Kind;

class HttpClientCalls : public testing::Test {
 protected:
  [[nodiscard]] HttpRequest request(const std::string& method, std::string_view body = "{}") const {
    HttpRequest one;
    one.url = server_.url() + "/bot" + test::kBotToken + "/" + method;
    one.json = body;
    return one;
  }

  test::StrictBotApi server_;
  HttpClient http_;
};

TEST_F(HttpClientCalls, AreStoppedAtOnceInTheMiddleOfALongPoll) {
  std::stop_source stop;
  auto poll = std::async(std::launch::async, [&] {
    HttpClient http;
    const auto answer = http.post(request("getUpdates", R"({"timeout": 50})"), soon(60s), stop.get_token());
    return std::make_pair(answer, Clock::now());
  });
  ASSERT_TRUE(test::eventually(5s, [&] { return server_.count_calls("getUpdates") == 1; }));
  const auto asked = Clock::now();
  stop.request_stop();
  const auto [answer, ended] = poll.get();
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().kind, FailureKind::kStopped);
  EXPECT_TRUE(answer.error().may_have_arrived);
  EXPECT_LT(ended - asked, patient(100ms));
}

TEST_F(HttpClientCalls, AreNotMadeWhereTheyWereStoppedBeforeOrHaveNoTime) {
  std::stop_source stop;
  stop.request_stop();
  const auto stopped = http_.post(request("getMe"), soon(), stop.get_token());
  EXPECT_EQ(stopped.error().kind, FailureKind::kStopped);
  EXPECT_FALSE(stopped.error().may_have_arrived);
  const auto late = http_.post(request("getMe"), Clock::now());
  EXPECT_EQ(late.error().kind, FailureKind::kTimeout);
  EXPECT_FALSE(late.error().may_have_arrived);
  EXPECT_EQ(server_.count_calls("getMe"), 0U);
}

TEST_F(HttpClientCalls, EndByTheirDeadline) {
  server_.script("unanswered");
  const auto began = Clock::now();
  const auto answer = http_.post(request("getMe"), began + 150ms);
  const auto took = Clock::now() - began;
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().kind, FailureKind::kTimeout);
  EXPECT_TRUE(answer.error().may_have_arrived);
  EXPECT_GE(took, 150ms);
  EXPECT_LT(took, 150ms + patient(200ms));
  EXPECT_TRUE(http_.post(request("getMe"), soon()).has_value()) << "the next one is not disturbed";
}

TEST_F(HttpClientCalls, MayTakeAWhile) {
  server_.script("slow", {{"seconds", 0.3}});
  EXPECT_TRUE(http_.post(request("getMe"), soon()).has_value());
}

TEST_F(HttpClientCalls, ThatNobodyTakesHaveNotArrived) {
  std::string refused;
  {
    const test::StrictBotApi gone;
    refused = gone.url();
  }
  HttpRequest one = request("getMe");
  one.url = refused;
  const auto answer = http_.post(one, soon());
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().kind, FailureKind::kUnreachable);
  EXPECT_FALSE(answer.error().may_have_arrived);
}

TEST_F(HttpClientCalls, DoNotTrustACertificateThatNobodySigned) {
  const test::StrictBotApi untrusted("serve-https");
  HttpRequest one = request("getMe");
  one.url = "https://127.0.0.1:" + untrusted.port() + "/bot" + test::kBotToken + "/getMe";
  const auto answer = http_.post(one, soon());
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().kind, FailureKind::kUnreachable);
  EXPECT_FALSE(answer.error().may_have_arrived);
  EXPECT_NE(answer.error().reason.find("certificate"), std::string::npos) << answer.error().reason;
}

TEST_F(HttpClientCalls, FollowNoRedirectAndSpeakNothingButHttp) {
  server_.script("redirect");
  const auto answer = http_.post(request("getMe"), soon());
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 302);
  for (const std::string url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "not a url", ""}) {
    HttpRequest one = request("getMe");
    one.url = url;
    EXPECT_EQ(http_.post(one, soon()).error().kind, FailureKind::kUnusable) << url;
  }
}

TEST_F(HttpClientCalls, ReadNoMoreThanTheyMay) {
  HttpRequest one = request("getMe");
  server_.script("huge", {{"bytes", 1 << 20}});
  EXPECT_EQ(http_.post(one, soon()).error().kind, FailureKind::kTooLarge);
  one.most_bytes = 2U << 20U;
  server_.script("huge", {{"bytes", 1 << 20}});
  const auto answer = http_.post(one, soon());
  ASSERT_TRUE(answer.has_value()) << answer.error().reason;
  EXPECT_GT(answer->body.size(), 1U << 20U);
}

TEST_F(HttpClientCalls, UseAProxyOnlyWhereOneIsNamed) {
  ::setenv("http_proxy", "http://127.0.0.1:1", 1);
  ::setenv("all_proxy", "http://127.0.0.1:1", 1);
  HttpClient http;
  EXPECT_TRUE(http.post(request("getMe"), soon()).has_value());
  HttpClient proxied("http://127.0.0.1:1");
  const auto answer = proxied.post(request("getMe"), soon());
  ::unsetenv("http_proxy");
  ::unsetenv("all_proxy");
  ASSERT_TRUE(answer.has_error());
  EXPECT_EQ(answer.error().kind, FailureKind::kUnreachable);
}

}  // namespace
}  // namespace fanfare::workers::telegram::bot
