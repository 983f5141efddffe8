#pragma once
// The port to the key pairs that access tokens are signed with. Threads, blocking and errors as in people_store.hpp.

#include <string>
#include <vector>

#include "runtime/crypto/signature.hpp"
#include "runtime/result.hpp"
#include "workers/common/time_point.hpp"

namespace fanfare::workers::store {

struct SigningKeyRow {
  std::string id;
  runtime::crypto::SecretSeed seed{};
  common::TimePoint created_at;
};

class SigningKeyStore {
 public:
  virtual ~SigningKeyStore() = default;

  /// All there are, the newest first. Where there is none, `candidate` becomes the first one: of all that start at once
  /// exactly one adds its own.
  virtual runtime::Result<std::vector<SigningKeyRow>> load_or_add(const SigningKeyRow& candidate) = 0;
};

}  // namespace fanfare::workers::store
