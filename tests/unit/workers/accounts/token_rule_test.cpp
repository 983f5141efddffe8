#include "workers/accounts/token_rule.hpp"

#include <gtest/gtest.h>

namespace fanfare::workers::accounts {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;
using store::TokenVerdict;

constexpr common::TimePoint kRotated{milliseconds(1'790'000'000'000)};

store::TokenState token(std::uint64_t generation) {
  return {.generation = generation,
          .session_generation = 5,
          .siblings = 1,
          .rotated_at = kRotated,
          .expires_at = kRotated + hours(720)};
}

TEST(TokenRule, RotatesThePresentToken) {
  EXPECT_EQ(judge_token(token(5), kRotated), TokenVerdict::kRotate);
  EXPECT_EQ(judge_token(token(5), kRotated + hours(719)), TokenVerdict::kRotate);
}

TEST(TokenRule, GivesTheTokenBeforeASecondChanceForTenSeconds) {
  EXPECT_EQ(judge_token(token(4), kRotated), TokenVerdict::kReissue);
  EXPECT_EQ(judge_token(token(4), kRotated + seconds(10)), TokenVerdict::kReissue);
  EXPECT_EQ(judge_token(token(4), kRotated + seconds(10) + milliseconds(1)), TokenVerdict::kRevoke);
}

TEST(TokenRule, RevokesForAnyOlderToken) {
  EXPECT_EQ(judge_token(token(3), kRotated), TokenVerdict::kRevoke);
  EXPECT_EQ(judge_token(token(1), kRotated), TokenVerdict::kRevoke);
}

TEST(TokenRule, GivesFewSecondChances) {
  store::TokenState state = token(4);
  state.siblings = kMostSiblings;
  EXPECT_EQ(judge_token(state, kRotated), TokenVerdict::kRevoke);
}

TEST(TokenRule, RefusesWhatIsOver) {
  EXPECT_EQ(judge_token(token(5), kRotated + hours(720)), TokenVerdict::kRefuse);
  store::TokenState ended = token(5);
  ended.is_ended = true;
  EXPECT_EQ(judge_token(ended, kRotated), TokenVerdict::kRefuse);
}

}  // namespace
}  // namespace fanfare::workers::accounts
