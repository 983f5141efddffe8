#include <gtest/gtest.h>

#include "tests/unit/broker/core_driver.hpp"

namespace fanfare::broker::core {
namespace {

using protocol::Hello;
using protocol::Subscribe;
using protocol::Welcome;

class Reload : public testing::Test {
 protected:
  static Settings settings(std::uint32_t subscriptions, std::uint32_t sessions = 10) {
    auto settings = CoreDriver::settings();
    settings.limits.subscriptions = subscriptions;
    settings.sessions = sessions;
    return settings;
  }

  void subscribe(ConnectionId peer, protocol::Handle handle) {
    driver_.from(peer, Subscribe{.request = handle, .handle = handle, .pattern = "a"});
  }

  CoreDriver driver_{settings(2)};
};

TEST_F(Reload, NewSessionsAreToldTheNewLimitsAndHeldToThem) {
  driver_.core().reload(settings(1));
  driver_.from(1, Hello{.version_min = 1, .version_max = 1, .limit = 1'000'000, .name = "new"});
  EXPECT_EQ(driver_.expect<Welcome>(1).as<Welcome>().limits.subscriptions, 1U);
  subscribe(1, 1);
  driver_.expect<protocol::Ok>(1);
  subscribe(1, 2);
  EXPECT_EQ(driver_.expect<protocol::Error>(1).as<protocol::Error>().code, ErrorCode::too_many_subscriptions);
}

TEST_F(Reload, SessionsThatAreThereKeepWhatTheyWereToldAlsoWhenTheyResume) {
  auto peer = driver_.peer();
  driver_.core().reload(settings(1));
  driver_.disconnect(peer);
  peer = driver_.resume(peer);
  for (const protocol::Handle handle : {1U, 2U}) {
    subscribe(peer, handle);
    driver_.expect<protocol::Ok>(peer);
  }
  subscribe(peer, 3);
  EXPECT_EQ(driver_.expect<protocol::Error>(peer).as<protocol::Error>().code, ErrorCode::too_many_subscriptions);
}

TEST_F(Reload, FewerSessionsEndNoneAndLetNoMoreIn) {
  const auto one = driver_.peer();
  const auto two = driver_.peer();
  driver_.core().reload(settings(2, 1));
  driver_.subscribe(one, "a");
  driver_.subscribe(two, "a");
  driver_.from(3, Hello{.version_min = 1, .version_max = 1, .name = "third"});
  EXPECT_EQ(driver_.expect<protocol::Error>(3).as<protocol::Error>().code, ErrorCode::too_many_sessions);
}

TEST_F(Reload, WhatHasToWaitForTheNextStartStaysAsItWas) {
  auto next = settings(2);
  next.limits.message = 1;
  next.lease = std::chrono::hours(1);
  driver_.core().reload(next);
  driver_.from(1, Hello{.version_min = 1, .version_max = 1, .limit = 1'000'000, .name = "new"});
  const auto welcome = driver_.expect<Welcome>(1);
  EXPECT_EQ(welcome.as<Welcome>().limits.message, settings(2).limits.message);
  EXPECT_EQ(welcome.as<Welcome>().lease_ms, 10'000U);
}

}  // namespace
}  // namespace fanfare::broker::core
