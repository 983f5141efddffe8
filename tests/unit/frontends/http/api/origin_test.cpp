#include "frontends/http/api/origin.hpp"

#include <gtest/gtest.h>

namespace fanfare::frontends::http {
namespace {

Request from(const std::string& peer, std::vector<Header> headers) {
  return {.headers = std::move(headers), .peer = peer};
}

TEST(ClientAddress, IsWhatTheProxyOfThisMachineSays) {
  const std::vector<Header> forwarded = {{"x-forwarded-for", "6.6.6.6, 9.9.9.9"}};
  EXPECT_EQ(client_address(from("127.0.0.1", forwarded)), "9.9.9.9");
  EXPECT_EQ(client_address(from("8.8.8.8", forwarded)), "8.8.8.8");
  EXPECT_EQ(client_address(from("127.0.0.1", {{"x-forwarded-for", "nonsense"}})), "127.0.0.1");
  EXPECT_EQ(client_address(from("127.0.0.1", {})), "127.0.0.1");
}

TEST(ClientNetwork, IsOneForAllAddressesOfASubscriber) {
  EXPECT_EQ(client_network(from("2001:db8::1", {})), client_network(from("2001:db8::ffff:1", {})));
  EXPECT_NE(client_network(from("2001:db8::1", {})), client_network(from("2001:db8:1::1", {})));
  EXPECT_EQ(client_network(from("8.8.8.8", {})), "8.8.8.8");
}

TEST(IsOverTls, IsBelievedOnlyFromTheProxyOfThisMachine) {
  const std::vector<Header> https = {{"x-forwarded-proto", "https"}};
  EXPECT_TRUE(is_over_tls(from("::1", https)));
  EXPECT_FALSE(is_over_tls(from("8.8.8.8", https)));
  EXPECT_FALSE(is_over_tls(from("::1", {})));
}

TEST(HostName, LeavesThePortOut) {
  EXPECT_EQ(host_name(from("", {{"host", "localhost:8080"}})), "localhost");
  EXPECT_EQ(host_name(from("", {{"host", "127.0.0.1"}})), "127.0.0.1");
  EXPECT_EQ(host_name(from("", {{"host", "[::1]:8080"}})), "[::1]");
}

TEST(IsCrossOrigin, ComparesHostAndPortAsBrowsersWriteThem) {
  const auto cross = [](const char* host, const char* origin) {
    return is_cross_origin(from("", {{"host", host}, {"origin", origin}}));
  };
  EXPECT_FALSE(cross("localhost:8080", "http://localhost:8080"));
  EXPECT_FALSE(cross("chat.example:443", "https://chat.example"));
  EXPECT_FALSE(cross("chat.example", "https://chat.example"));
  EXPECT_TRUE(cross("chat.example", "https://chat.example:8443"));
  EXPECT_TRUE(cross("chat.example", "file://"));
  EXPECT_TRUE(cross("127.0.0.1:8080", "http://localhost:8080"));
}

}  // namespace
}  // namespace fanfare::frontends::http
