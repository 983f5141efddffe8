#include "frontends/http/message/request_reader.hpp"

#include <gtest/gtest.h>

namespace fanfare::frontends::http {
namespace {

using Complete = RequestReader::Complete;
using Incomplete = RequestReader::Incomplete;

RequestReader::Next read(std::string_view bytes, const ReadLimits& limits = {}) {
  RequestReader reader(limits);
  EXPECT_TRUE(reader.append(bytes));
  return reader.next();
}

int refused_with(std::string_view bytes, const ReadLimits& limits = {}) {
  const auto next = read(bytes, limits);
  const auto* rejection = std::get_if<Rejection>(&next);
  return rejection == nullptr ? 0 : rejection->status;
}

TEST(RequestReader, ReadsARequestByteByByte) {
  const std::string bytes = "POST /a?b=c HTTP/1.1\r\nHost: x\r\nX-Thing: y\r\nContent-Length: 3\r\n\r\nabc";
  RequestReader reader({});
  for (const char byte : bytes.substr(0, bytes.size() - 1)) {
    ASSERT_TRUE(reader.append({&byte, 1}));
    ASSERT_TRUE(std::holds_alternative<Incomplete>(reader.next()));
  }
  ASSERT_TRUE(reader.append("c"));
  const auto next = reader.next();
  ASSERT_TRUE(std::holds_alternative<Complete>(next));
  const Complete& complete = std::get<Complete>(next);
  EXPECT_EQ(complete.request.method, "POST");
  EXPECT_EQ(complete.request.path, "/a");
  EXPECT_EQ(complete.request.query_value("b"), "c");
  EXPECT_EQ(complete.request.header("x-thing"), "y");
  EXPECT_EQ(complete.request.body, "abc");
  EXPECT_TRUE(complete.keep_alive);
}

TEST(RequestReader, TakesRequestsThatCameTogetherOneByOne) {
  RequestReader reader({});
  ASSERT_TRUE(reader.append("\r\nGET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.0\r\n\r\nGET /3"));
  auto next = reader.next();
  EXPECT_EQ(std::get<Complete>(next).request.path, "/1");
  next = reader.next();
  EXPECT_EQ(std::get<Complete>(next).request.path, "/2");
  EXPECT_FALSE(std::get<Complete>(next).keep_alive);
  EXPECT_EQ(std::get<Incomplete>(reader.next()).stage, RequestReader::Stage::kHead);
}

TEST(RequestReader, SaysOnceThatTheClientWaitsForContinue) {
  RequestReader reader({});
  ASSERT_TRUE(reader.append("POST / HTTP/1.1\r\nHost: x\r\nExpect: 100-Continue\r\nContent-Length: 1\r\n\r\n"));
  EXPECT_TRUE(std::get<Incomplete>(reader.next()).wants_continue);
  EXPECT_FALSE(std::get<Incomplete>(reader.next()).wants_continue);
  ASSERT_TRUE(reader.append("a"));
  EXPECT_TRUE(std::holds_alternative<Complete>(reader.next()));
}

TEST(RequestReader, RefusesWhatCanBeSmuggled) {
  const std::string post = "POST / HTTP/1.1\r\nHost: x\r\n";
  EXPECT_EQ(refused_with(post + "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n"), 411);
  EXPECT_EQ(refused_with(post + "Transfer-Encoding: gzip\r\n\r\n"), 411);
  EXPECT_NE(refused_with(post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"), 0);
  EXPECT_EQ(refused_with(post + "Content-Length: 1\r\nContent-Length: 1\r\n\r\na"), 400);
  EXPECT_EQ(refused_with(post + "Content-Length: 1\r\nContent-Length: 2\r\n\r\na"), 400);
  for (const char* length : {"-1", "+5", "5abc", "abc", "5, 5", "999999999999999999999999999999"}) {
    EXPECT_EQ(refused_with(post + "Content-Length: " + length + "\r\n\r\nhello"), 400) << length;
  }
}

TEST(RequestReader, WantsExactlyOneHost) {
  EXPECT_EQ(refused_with("GET / HTTP/1.1\r\n\r\n"), 400);
  EXPECT_EQ(refused_with("GET / HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(refused_with("GET / HTTP/1.1\r\nHost: \r\n\r\n"), 400);
  EXPECT_EQ(refused_with("GET / HTTP/1.1\r\nHost: a b\r\n\r\n"), 400);
  EXPECT_EQ(refused_with("GET / HTTP/1.0\r\n\r\n"), 0);
}

TEST(RequestReader, RefusesOtherProtocolsAtOnce) {
  const std::string nul("GET /a\0b", 8);
  for (const std::string& bytes :
       {std::string("GET / HTTP/1.1\nHost: a\n\n"), nul, std::string("\x16\x03\x01"), std::string("\r\n\r\n"),
        std::string("GET / HTTP/1.1\r\nA: b\r\n c\r\n"), std::string("GET / HTTP/1.1\r\rHost")}) {
    EXPECT_EQ(refused_with(bytes), 400) << bytes;
  }
  EXPECT_EQ(refused_with("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 505);
  EXPECT_EQ(refused_with("GET / HTTP/9.9\r\nHost: a\r\n\r\n"), 505);
}

TEST(RequestReader, BoundsHeadersAndBody) {
  const ReadLimits limits{.head = 100, .body = 10};
  EXPECT_EQ(refused_with(std::string(101, 'A'), limits), 431);
  EXPECT_EQ(refused_with("GET / HTTP/1.1\r\nHost: a\r\nX: " + std::string(100, 'b') + "\r\n\r\n", limits), 431);
  EXPECT_EQ(refused_with("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n", limits), 413);
  EXPECT_EQ(refused_with("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551615\r\n\r\n", limits), 413);
  std::string many = "GET / HTTP/1.1\r\nHost: a\r\n";
  for (int count = 0; count < 100; ++count) many += "X: y\r\n";
  EXPECT_EQ(refused_with(many + "\r\n"), 431);
  RequestReader reader(limits);
  EXPECT_FALSE(reader.append(std::string(221, 'a')));
}

TEST(RequestReader, KnowsTheTargetOfOptionsForTheWholeServer) {
  const auto next = read("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(std::get<Complete>(next).request.path, "*");
  EXPECT_EQ(refused_with("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
}

TEST(RequestReader, RefusesOtherExpectations) {
  EXPECT_EQ(refused_with("POST / HTTP/1.1\r\nHost: a\r\nExpect: cake\r\n\r\n"), 417);
}

}  // namespace
}  // namespace fanfare::frontends::http
