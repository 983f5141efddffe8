#pragma once
// Members of services and a caller, of a core that a test drives. One thread.

#include <gtest/gtest.h>

#include <string_view>
#include <utility>

#include "tests/unit/broker/core_driver.hpp"

namespace fanfare::broker::core {

class ServicePeers : public testing::Test {
 protected:
  ConnectionId member(std::string_view pattern, std::uint32_t max_in_flight = 0) {
    const auto peer = driver_.peer("member");
    serve(peer, pattern, max_in_flight);
    return peer;
  }
  void serve(ConnectionId peer, std::string_view pattern, std::uint32_t max_in_flight = 0) {
    driver_.from(
        peer,
        protocol::Serve{.request = ++driver_.request, .handle = 1, .max_in_flight = max_in_flight, .pattern = pattern});
    driver_.expect<protocol::Ok>(peer);
  }

  protocol::RequestNumber ask(std::string_view topic, std::string_view payload = "?", std::uint32_t timeout_ms = 2'000,
                              std::uint8_t flags = 0) {
    driver_.from(caller_, protocol::Request{.request = ++driver_.request,
                                            .timeout_ms = timeout_ms,
                                            .flags = flags,
                                            .topic = topic,
                                            .content = payload});
    return driver_.request;
  }
  /// The same, safe to retry.
  protocol::RequestNumber ask_safely(std::string_view topic, std::string_view payload = "?",
                                     std::uint32_t timeout_ms = 2'000) {
    return ask(topic, payload, timeout_ms, protocol::message_flags::kRetrySafe);
  }

  void answer(ConnectionId peer, std::uint64_t exchange, std::string_view content, std::uint8_t flags = 0) {
    driver_.from(peer, protocol::Reply{.number = exchange, .flags = flags, .content = content});
  }
  void expect_reply(protocol::RequestNumber request, std::string_view content) {
    const auto got = driver_.expect<protocol::Reply>(caller_);
    EXPECT_EQ(got.as<protocol::Reply>().number, request);
    EXPECT_EQ(got.as<protocol::Reply>().content, content);
    EXPECT_FALSE(driver_.has<protocol::Reply>(caller_));
    EXPECT_FALSE(driver_.has<protocol::Error>(caller_));
  }

  /// What `peer` was asked; kept so that its views live.
  protocol::ServiceRequest asked(ConnectionId peer) {
    last_ = driver_.expect<protocol::ServiceRequest>(peer);
    return last_.as<protocol::ServiceRequest>();
  }

  void expect_error(protocol::RequestNumber request, ErrorCode code) {
    const auto got = driver_.expect<protocol::Error>(caller_);
    const auto error = got.as<protocol::Error>();
    EXPECT_EQ(describe(error.code).name, describe(code).name);
    EXPECT_EQ(error.request, request);
    EXPECT_FALSE(driver_.has<protocol::Reply>(caller_));
    EXPECT_FALSE(driver_.has<protocol::Error>(caller_));
  }

  explicit ServicePeers(Settings settings = CoreDriver::settings()) : driver_(std::move(settings)) {}

  CoreDriver driver_;
  ConnectionId caller_ = driver_.peer("caller");
  Got last_;
};

}  // namespace fanfare::broker::core
