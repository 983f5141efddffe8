#include "workers/accounts/token_rule.hpp"

namespace fanfare::workers::accounts {

using store::TokenVerdict;

TokenVerdict judge_token(const store::TokenState& token, common::TimePoint now) {
  if (token.is_ended || now >= token.expires_at) return TokenVerdict::kRefuse;
  if (token.generation == token.session_generation) return TokenVerdict::kRotate;
  const bool is_previous = token.generation + 1 == token.session_generation;
  if (is_previous && now - token.rotated_at <= kSecondChance && token.siblings < kMostSiblings) {
    return TokenVerdict::kReissue;
  }
  return TokenVerdict::kRevoke;
}

}  // namespace fanfare::workers::accounts
