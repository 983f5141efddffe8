#include "workers/notify/presence_view.hpp"

#include <gtest/gtest.h>

namespace fanfare::workers::notify {
namespace {

using namespace std::chrono_literals;
using Shown = PersonPresence::State;

class PresenceViewTest : public testing::Test {
 protected:
  PresenceViewTest() { person.bytes[15] = 1; }

  void connect(bool resumed = false) { view.connection_is({.connection = Connection::ready, .resumed = resumed}); }
  [[nodiscard]] PersonPresence ask(std::chrono::milliseconds after) const { return view.of(person, start + after); }
  void become(PresenceState state, std::chrono::milliseconds after) {
    view.changed("user." + person.to_string(), state, start + after);
  }

  Uuid person;
  const PresenceView::Clock::time_point start{1h};
  PresenceView view{15s};
};

TEST_F(PresenceViewTest, KnowsNothingBeforeTheFirstSnapshot) {
  EXPECT_FALSE(view.is_known());
  connect();
  EXPECT_EQ(ask(0s).state, Shown::kUnknown);
  view.completed(false, start);
  EXPECT_TRUE(view.is_known());
  EXPECT_EQ(ask(20s).state, Shown::kOffline);
  EXPECT_EQ(ask(20s).offline_for, 20s);
}

TEST_F(PresenceViewTest, KnowsNothingWhileTheBrokerSettles) {
  connect();
  view.completed(true, start);
  EXPECT_FALSE(view.is_known());
  view.completed(false, start + 5s);
  EXPECT_EQ(ask(6s).offline_for, 1s);
}

TEST_F(PresenceViewTest, WhoLeavesIsAwaySinceThen) {
  connect();
  become(PresenceState::online, 0s);
  view.completed(false, start);
  EXPECT_EQ(ask(5s).state, Shown::kOnline);
  become(PresenceState::offline, 10s);
  EXPECT_EQ(ask(12s).state, Shown::kOffline);
  EXPECT_EQ(ask(12s).offline_for, 2s);
  become(PresenceState::online, 13s);
  EXPECT_EQ(ask(14s).state, Shown::kOnline);
}

TEST_F(PresenceViewTest, WhoLeftLongAgoIsStillAwayForLongEnough) {
  connect();
  become(PresenceState::online, 0s);
  view.completed(false, start);
  become(PresenceState::offline, 10s);
  view.changed("user.other", PresenceState::online, start + 1min);  // forgets what is old
  EXPECT_GE(ask(61s).offline_for, 15s);
}

TEST_F(PresenceViewTest, WithoutTheBrokerNothingIsKnown) {
  connect();
  view.completed(false, start);
  view.connection_is({.connection = Connection::reconnecting});
  EXPECT_EQ(ask(1min).state, Shown::kUnknown);
}

TEST_F(PresenceViewTest, AResumedSessionHasMissedNothing) {
  connect();
  view.completed(false, start);
  view.connection_is({.connection = Connection::reconnecting});
  connect(true);
  EXPECT_EQ(ask(1min).offline_for, 1min);
}

TEST_F(PresenceViewTest, AfterAGapNobodyIsKnownToBeAwaySinceBefore) {
  connect();
  view.completed(false, start);
  view.connection_is({.connection = Connection::reconnecting});
  connect();
  EXPECT_EQ(ask(1min).state, Shown::kUnknown);
  view.completed(false, start + 1min);
  EXPECT_EQ(ask(61s).offline_for, 1s);
}

}  // namespace
}  // namespace fanfare::workers::notify
