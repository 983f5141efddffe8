#pragma once
// When a refresh token is good. A token that comes again was stolen, from us or from the thief, so its session ends.
// But a page whose answer was lost only has the token before the present one: for a moment that one is good, too. Pure
// functions; any thread.

#include <chrono>

#include "workers/common/time_point.hpp"
#include "workers/store/session_store.hpp"

namespace fanfare::workers::accounts {

/// How long the token before the present one is still taken.
inline constexpr std::chrono::seconds kSecondChance{10};
/// How many tokens one generation may have: two tabs and a few lost answers.
inline constexpr std::uint64_t kMostSiblings = 8;

[[nodiscard]] store::TokenVerdict judge_token(const store::TokenState& token, common::TimePoint now);

}  // namespace fanfare::workers::accounts
