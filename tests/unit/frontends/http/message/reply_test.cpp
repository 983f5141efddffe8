#include "frontends/http/message/reply.hpp"

#include <gtest/gtest.h>

namespace fanfare::frontends::http {
namespace {

const std::chrono::system_clock::time_point kTime = std::chrono::sys_days(std::chrono::year(2026) / 11 / 21);

TEST(HeadOf, NamesStatusDateLengthAndWhetherTheConnectionStays) {
  EXPECT_EQ(
      head_of(make_reply(200, "text/plain", "hi"), true, kTime),
      "HTTP/1.1 200 OK\r\nDate: Sat, 21 Nov 2026 00:00:00 GMT\r\nContent-Type: text/plain\r\nContent-Length: 2\r\n"
      "Connection: keep-alive\r\n\r\n");
  EXPECT_NE(head_of({}, false, kTime).find("\r\nConnection: close\r\n\r\n"), std::string::npos);
}

TEST(HeadOf, RepliesWithoutContentHaveNoLength) {
  for (const int status : {204, 304}) {
    EXPECT_EQ(head_of({.status = status}, true, kTime).find("Content-Length"), std::string::npos) << status;
  }
}

TEST(HeadOf, AHeaderThatWouldEndItsLineIsLeftOut) {
  const std::string head = head_of({.headers = {{"X-A", "b\r\nSet-Cookie: c"}, {"X-B", "ok"}}}, true, kTime);
  EXPECT_EQ(head.find("Set-Cookie"), std::string::npos);
  EXPECT_NE(head.find("X-B: ok\r\n"), std::string::npos);
}

}  // namespace
}  // namespace fanfare::frontends::http
