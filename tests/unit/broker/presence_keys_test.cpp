#include "broker/core/presence/keys.hpp"

#include <gmock/gmock.h>

namespace fanfare::broker::core::presence {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;

class PresenceKeys : public testing::Test {
 protected:
  /// What has happened since the last call, as `+key` and `-key`.
  std::vector<std::string> transitions() {
    std::vector<std::string> all;
    for (const auto& one : keys_.take_transitions(1U << 20U)) all.push_back((one.online ? "+" : "-") + one.key);
    return all;
  }

  void wait(milliseconds time) {
    now_.steady += time;
    now_.clock += std::chrono::microseconds(time).count();
    keys_.let_go_left(now_);
    keys_.expire(now_);
  }

  Instant now_{.steady = seconds(100), .clock = 1'000};
  Keys keys_{seconds(10), seconds(50), 1'000'000};
};

TEST_F(PresenceKeys, AKeyIsOnlineFromItsFirstHoldUntilTheGraceAfterTheLastRelease) {
  keys_.hold(1, "user.1", now_);
  keys_.hold(2, "user.1", now_);
  EXPECT_THAT(transitions(), ElementsAre("+user.1"));
  keys_.release(1, "user.1", now_);
  wait(seconds(60));
  EXPECT_THAT(transitions(), ElementsAre());
  keys_.release(2, "user.1", now_);
  EXPECT_EQ(keys_.next_deadline(), now_.steady + seconds(10));
  wait(milliseconds(9'999));
  EXPECT_THAT(transitions(), ElementsAre());
  wait(milliseconds(1));
  EXPECT_THAT(transitions(), ElementsAre("-user.1"));
  EXPECT_TRUE(keys_.all().empty());
  EXPECT_EQ(keys_.next_deadline(), std::nullopt);
}

TEST_F(PresenceKeys, AHoldWithinTheGraceIsNoTransition) {
  keys_.hold(1, "user.1", now_);
  EXPECT_THAT(transitions(), ElementsAre("+user.1"));
  keys_.leave(1);
  wait(seconds(9));
  keys_.hold(2, "user.1", now_);
  wait(seconds(60));
  EXPECT_THAT(transitions(), ElementsAre());
  EXPECT_EQ(keys_.in_grace(), 0U);
}

TEST_F(PresenceKeys, ASessionHoldsAKeyOnceHoweverOftenItSaysSo) {
  for (int i = 0; i < 3; ++i) keys_.hold(1, "user.1", now_);
  EXPECT_EQ(keys_.holds(), 1U);
  keys_.release(1, "user.1", now_);
  keys_.release(1, "user.1", now_);
  keys_.release(2, "user.1", now_);
  keys_.release(1, "user.unknown", now_);
  wait(seconds(10));
  EXPECT_THAT(transitions(), ElementsAre("+user.1", "-user.1"));
  EXPECT_EQ(keys_.holds(), 0U);
}

TEST_F(PresenceKeys, GracesEndInTheOrderTheyBegan) {
  for (const auto* key : {"a", "b", "c"}) keys_.hold(1, key, now_);
  transitions();
  keys_.release(1, "b", now_);
  wait(seconds(1));
  keys_.release(1, "c", now_);
  keys_.release(1, "a", now_);
  wait(seconds(1));
  keys_.hold(1, "c", now_);
  keys_.release(1, "c", now_);
  wait(seconds(20));
  EXPECT_THAT(transitions(), ElementsAre("-b", "-a", "-c"));
}

TEST_F(PresenceKeys, NothingGoesOfflineBeforeTheBrokerHasSettled) {
  now_.steady = seconds(1);
  keys_.hold(1, "user.1", now_);
  keys_.release(1, "user.1", now_);
  transitions();
  wait(seconds(48));
  EXPECT_THAT(transitions(), ElementsAre());
  wait(seconds(1));
  EXPECT_THAT(transitions(), ElementsAre("-user.1"));
}

TEST_F(PresenceKeys, AnEndedSessionLetsGoATurnAtATime) {
  constexpr std::size_t kMany = 2 * Keys::kTurn + 1;
  for (std::size_t i = 0; i < kMany; ++i) keys_.hold(1, "user." + std::to_string(i), now_);
  while (keys_.has_transitions()) transitions();
  keys_.leave(1);
  EXPECT_EQ(keys_.held_by(1), 0U);
  for (const auto left : {kMany - Keys::kTurn, kMany - 2 * Keys::kTurn, std::size_t{0}}) {
    EXPECT_TRUE(keys_.ready());
    keys_.let_go_left(now_);
    EXPECT_EQ(keys_.holds(), left);
  }
  EXPECT_FALSE(keys_.ready());
  now_.steady += seconds(10);
  for (const auto left : {kMany - Keys::kTurn, kMany - 2 * Keys::kTurn, std::size_t{0}}) {
    keys_.expire(now_);
    EXPECT_EQ(keys_.all().size(), left);
    EXPECT_TRUE(keys_.ready());
    while (keys_.has_transitions()) transitions();
    EXPECT_EQ(keys_.ready(), left > 0);
  }
}

TEST_F(PresenceKeys, CountsWhatAHoldWouldAdd) {
  keys_.hold(1, "a", now_);
  keys_.hold(2, "b", now_);
  EXPECT_EQ(keys_.count_new(1, {"a", "b", "c", "c"}), 2U);
  EXPECT_EQ(keys_.count_new(3, {"a", "b", "c"}), 3U);
  Keys few(seconds(10), seconds(0), 3);
  few.hold(1, "a", now_);
  few.hold(1, "b", now_);
  few.release(1, "b", now_);
  EXPECT_TRUE(few.has_room(1)) << "a hold and a grace count alike";
  EXPECT_FALSE(few.has_room(2));
}

}  // namespace
}  // namespace fanfare::broker::core::presence
