// Each mistake of a client has its own code, and nobody else notices.

#include <gtest/gtest.h>

#include <functional>

#include "tests/unit/broker/core_driver.hpp"

namespace fanfare::broker::core {
namespace {

using protocol::Hello;

class BadInput : public testing::Test {
 protected:
  BadInput() : other_(driver_.peer("other")) { driver_.subscribe(other_, "news"); }

  /// The ERROR that `peer` got, and whether it ended the session; others are served on.
  void expect(ConnectionId peer, ErrorCode code, bool closes) {
    const auto got = driver_.expect<protocol::Error>(peer);
    const auto error = got.as<protocol::Error>();
    EXPECT_EQ(describe(error.code).name, describe(code).name) << error.text;
    EXPECT_EQ((error.flags & protocol::Error::kCloses) != 0, closes);
    EXPECT_FALSE(error.text.empty());
    driver_.publish(driver_.peer("third"), "news", "still served");
    EXPECT_EQ(driver_.payloads(other_), std::vector<std::string>{"still served"});
    if (closes) {
      driver_.from(peer, protocol::Ping{});
      EXPECT_EQ(driver_.expect<protocol::Error>(peer).as<protocol::Error>().code, ErrorCode::no_session);
    } else {
      driver_.from(peer, protocol::Ping{});
      EXPECT_TRUE(driver_.has<protocol::Pong>(peer));
    }
  }

  CoreDriver driver_;
  ConnectionId other_;
  static constexpr ConnectionId kStranger = 1'000;
};

TEST_F(BadInput, AStrangersBytesAreMalformed) {
  driver_.raw(kStranger, "GET / HTTP/1.1");
  expect(kStranger, ErrorCode::malformed_frame, true);
}

TEST_F(BadInput, AnUnknownVersionIsNamed) {
  driver_.raw(kStranger, std::string_view("Ff\x02\x00", 4));
  expect(kStranger, ErrorCode::unsupported_version, true);
  driver_.from(kStranger + 1, Hello{.version_min = 2, .version_max = 3, .name = "new"});
  expect(kStranger + 1, ErrorCode::unsupported_version, true);
}

TEST_F(BadInput, ACommandBeforeHelloHasNoSession) {
  driver_.from(kStranger, protocol::Ping{});
  expect(kStranger, ErrorCode::no_session, true);
}

TEST_F(BadInput, HelloComesOnce) {
  const auto peer = driver_.peer();
  driver_.from(peer, Hello{.version_min = 1, .version_max = 1, .name = "peer"});
  expect(peer, ErrorCode::hello_repeated, true);
}

TEST_F(BadInput, ABadNameIsRefused) {
  driver_.from(kStranger, Hello{.version_min = 1, .version_max = 1, .name = "no spaces"});
  expect(kStranger, ErrorCode::bad_name, true);
}

TEST_F(BadInput, BrokenFieldsEndTheSessionAfterTheCommandsBefore) {
  const auto peer = driver_.peer();
  auto frame = protocol::make_frame(protocol::Ping{.token = 3});
  frame += std::string("\x02\x00\x00\x00\x05x", 6);  // a PING of one byte
  driver_.raw(peer, frame);
  EXPECT_TRUE(driver_.has<protocol::Pong>(peer));
  expect(peer, ErrorCode::malformed_frame, true);
}

TEST_F(BadInput, AMessageOfSeveralPartsIsMalformed) {
  const auto peer = driver_.peer();
  driver_.core().received_wrongly(peer, driver_.now);
  expect(peer, ErrorCode::malformed_frame, true);
}

TEST_F(BadInput, ContentSizesThatDoNotFitAreMalformed) {
  const auto peer = driver_.peer();
  driver_.from(peer, protocol::Topic{.number = 1, .name = "a"},
               protocol::Publish{.request = 1, .topic = 1, .actor_size = 9, .content = "x"});
  expect(peer, ErrorCode::malformed_frame, true);
}

TEST_F(BadInput, CommandsOfTheBrokerAreUnknownFromAClient) {
  const auto peer = driver_.peer();
  driver_.from(peer, protocol::Pong{});
  expect(peer, ErrorCode::unknown_command, false);
}

TEST_F(BadInput, TypesOfANewerVersionAreSkipped) {
  const auto peer = driver_.peer();
  driver_.raw(peer, std::string(protocol::kFrameHeader) + std::string("\x03\x00\x00\x00\xC8xy", 7));
  EXPECT_FALSE(driver_.has<protocol::Error>(peer));
  driver_.from(peer, protocol::Ping{});
  EXPECT_TRUE(driver_.has<protocol::Pong>(peer));
}

TEST_F(BadInput, TopicsArePlainAndNumberedBelow65536) {
  const auto peer = driver_.peer();
  driver_.from(peer, protocol::Topic{.number = 1, .name = "a..b"});
  expect(peer, ErrorCode::bad_topic, false);
  driver_.from(peer, protocol::Topic{.number = 65'536, .name = "a"});
  expect(peer, ErrorCode::too_many_topics, false);
  driver_.from(peer, protocol::Publish{.request = 1, .topic = 1, .content = "x"});
  expect(peer, ErrorCode::unknown_topic_number, false);
}

TEST_F(BadInput, TheBrokersOwnTopicsArePublishedByItAlone) {
  const auto peer = driver_.peer();
  for (const auto* topic : {"$presence.user.1", "$dead.work", "$groups"}) {
    driver_.publish(peer, topic, "x");
    expect(peer, ErrorCode::permission_denied, false);
  }
}

TEST_F(BadInput, MessagesKeepTheLimits) {
  const auto peer = driver_.peer();
  driver_.publish(peer, "a", std::string((1U << 20U) + 1, 'x'));
  expect(peer, ErrorCode::message_too_large, false);

  const auto with_headers = [&](const std::string& headers, std::string_view actor = {}) {
    std::string content(actor);
    content += headers;
    driver_.from(peer, protocol::Publish{.request = ++driver_.request,
                                         .topic = 1,
                                         .actor_size = static_cast<std::uint8_t>(actor.size()),
                                         .headers_size = static_cast<std::uint16_t>(headers.size()),
                                         .content = std::string_view(content)});
  };
  Headers many;
  for (int i = 0; i < 33; ++i) many[std::to_string(i)] = "v";
  with_headers(protocol::encode_headers(many));
  expect(peer, ErrorCode::headers_too_large, false);
  with_headers(protocol::encode_headers({{"k", std::string(9'000, 'v')}}));
  expect(peer, ErrorCode::headers_too_large, false);
  with_headers("nonsense");
  expect(peer, ErrorCode::bad_headers, false);
  with_headers({}, "\xFF");
  expect(peer, ErrorCode::bad_headers, false);
}

TEST_F(BadInput, SubscriptionsNeedAPatternAndAFreeHandle) {
  const auto peer = driver_.peer();
  const auto subscribe = [&](protocol::Handle handle, std::string_view pattern,
                             protocol::From from = protocol::From::now) {
    driver_.from(peer,
                 protocol::Subscribe{.request = ++driver_.request, .handle = handle, .from = from, .pattern = pattern});
  };
  subscribe(1, "a.>.b");
  expect(peer, ErrorCode::bad_pattern, false);
  subscribe(0, "a");
  expect(peer, ErrorCode::handle_in_use, false);
  subscribe(1, "a");
  subscribe(1, "b");
  expect(peer, ErrorCode::handle_in_use, false);
  driver_.from(peer, protocol::Serve{.request = ++driver_.request, .handle = 1, .pattern = "b"});
  expect(peer, ErrorCode::handle_in_use, false);
  driver_.from(peer, protocol::Unsubscribe{.request = ++driver_.request, .handle = 2});
  expect(peer, ErrorCode::no_such_handle, false);
  for (const auto* pattern : {">", "*.a", "demo.>", "demo"}) {  // of several streams or none
    subscribe(3, pattern, protocol::From::all);
    expect(peer, ErrorCode::ambiguous_stream, false);
    driver_.from(peer, protocol::Fetch{.request = ++driver_.request, .pattern = std::string_view(pattern)});
    expect(peer, ErrorCode::ambiguous_stream, false);
  }
}

TEST_F(BadInput, SubscriptionsAreBounded) {
  auto settings = CoreDriver::settings();
  settings.limits.subscriptions = 2;
  CoreDriver driver(settings);
  const auto peer = driver.peer();
  driver.subscribe(peer, "a", 1);
  driver.subscribe(peer, "b", 2);
  driver.from(peer, protocol::Subscribe{.request = 9, .handle = 3, .pattern = "c"});
  EXPECT_EQ(driver.expect<protocol::Error>(peer).as<protocol::Error>().code, ErrorCode::too_many_subscriptions);
}

TEST_F(BadInput, SessionsAreBounded) {
  auto settings = CoreDriver::settings();
  settings.sessions = 1;
  CoreDriver driver(settings);
  driver.peer();
  driver.from(2, Hello{.version_min = 1, .version_max = 1, .name = "second"});
  EXPECT_EQ(driver.expect<protocol::Error>(2).as<protocol::Error>().code, ErrorCode::too_many_sessions);
}

TEST_F(BadInput, ARequestNumberOfZeroIsMalformed) {
  const auto peer = driver_.peer();
  driver_.from(peer, protocol::Subscribe{.request = 0, .handle = 1, .pattern = "a"});
  expect(peer, ErrorCode::malformed_frame, true);
}

}  // namespace
}  // namespace fanfare::broker::core
