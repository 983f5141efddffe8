#pragma once
// The port to the sessions: a login and the refresh tokens that follow from it, one generation after the other. Only
// the tokens' hashes are kept. Threads, blocking and errors as in people_store.hpp.

#include <cstdint>
#include <functional>
#include <optional>

#include "protocol/fanfare/uuid.hpp"
#include "runtime/crypto/digest.hpp"
#include "runtime/result.hpp"
#include "workers/common/time_point.hpp"
#include "workers/store/person.hpp"

namespace fanfare::workers::store {

using TokenHash = runtime::crypto::Digest;

struct NewSession {
  Uuid id;
  Uuid person;
  TokenHash token;
  common::TimePoint now;
  common::TimePoint expires_at;
};

/// What is known of a refresh token that somebody shows.
struct TokenState {
  std::uint64_t generation = 0;
  std::uint64_t session_generation = 0;  ///< of the tokens that are good now
  std::uint64_t siblings = 0;            ///< how many tokens that generation has
  common::TimePoint rotated_at;          ///< when that generation began
  common::TimePoint expires_at;
  bool is_ended = false;
};

enum class TokenVerdict : std::uint8_t {
  kRotate,   ///< a new generation begins with the new token
  kReissue,  ///< the new token joins the session's generation
  kRefuse,   ///< nothing changes
  kRevoke,   ///< the session ends
};

/// Decides inside the transaction, so that of two who show the same token at the same time one is second.
using TokenRule = std::function<TokenVerdict(const TokenState& state)>;

struct Renewal {
  TokenHash token;  ///< the new one
  common::TimePoint now;
  common::TimePoint expires_at;
};

struct Renewed {
  Uuid session;
  Profile profile;
};

class SessionStore {
 public:
  virtual ~SessionStore() = default;

  /// Forgets the person's sessions that are over, and the oldest of too many.
  virtual runtime::Result<void> begin(const NewSession& session) = 0;

  /// Nothing when the token is not known or the rule refused or revoked.
  virtual runtime::Result<std::optional<Renewed>> renew(const TokenHash& shown, const Renewal& renewal,
                                                        const TokenRule& rule) = 0;

  /// Ends the session of this token; all is well when there is none.
  virtual runtime::Result<void> end(const TokenHash& token, common::TimePoint now) = 0;

  /// Forgets sessions that are over, of anybody, with all their tokens. Returns how many; fewer than `limit`: there are
  /// no more.
  virtual runtime::Result<std::uint64_t> sweep(common::TimePoint now, std::uint64_t limit) = 0;
};

}  // namespace fanfare::workers::store
