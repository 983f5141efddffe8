// A watcher that does not confirm what it is told.

#include <gtest/gtest.h>

#include "tests/unit/broker/presence_peers.hpp"

namespace fanfare::broker::core {
namespace {

class PresenceSlow : public testing::Test {
 protected:
  static Settings settings() {
    auto settings = PresenceDriver::presence_settings();
    settings.presence_unconfirmed = 4'000;
    return settings;
  }

  /// The watcher takes what has come; returns how many bytes of presence that was.
  std::size_t look() {
    std::size_t bytes = 0;
    for (const auto& one : driver_.take(watcher_)) {
      if (protocol::is_counted(one.type)) ++received_;
      if (one.type != protocol::CommandType::presence) continue;
      bytes += one.body.size();
      view_.take(one.as<protocol::PresenceUpdate>());
    }
    return bytes;
  }
  void confirm() {
    driver_.from(watcher_, protocol::Credit{.received = received_, .limit = 1ULL << 40U});
    driver_.finish();
  }

  PresenceDriver driver_{settings()};
  ConnectionId holder_ = driver_.peer("holder");
  ConnectionId watcher_ = driver_.peer("watcher");
  PresenceView view_;
  std::uint64_t received_ = 0;
};

TEST_F(PresenceSlow, AWatcherThatConfirmsNothingIsToldNoMoreAndLaterBeginsAnew) {
  driver_.watch(watcher_, {">"});
  look();
  confirm();
  for (int i = 0; i < 1'000; ++i) driver_.hold(holder_, {"user." + std::to_string(i)});
  EXPECT_LE(look(), 5'000U);
  EXPECT_LT(view_.online.size(), 200U);
  EXPECT_EQ(view_.resets, 0U);
  for (int parts = 0; parts < 20; ++parts) {
    confirm();
    look();
  }
  EXPECT_EQ(view_.resets, 1U);
  EXPECT_TRUE(view_.complete);
  EXPECT_EQ(view_.online.size(), 1'000U);
  EXPECT_EQ(driver_.core().figures().presence_resets, 1U);
  driver_.hold(holder_, {"user.later"});
  look();
  EXPECT_TRUE(view_.online.contains("user.later"));
  EXPECT_EQ(view_.resets, 1U);
}

}  // namespace
}  // namespace fanfare::broker::core
