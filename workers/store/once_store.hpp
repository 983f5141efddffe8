#pragma once
// The port to the Idempotency-Keys: a change that names one is done once, and answered with what was answered then.
// Threads, blocking and errors as in people_store.hpp. Promise: the key is stored exactly if the change was done.

#include <functional>
#include <optional>
#include <string>

#include "protocol/fanfare/uuid.hpp"
#include "runtime/crypto/digest.hpp"
#include "runtime/result.hpp"
#include "workers/common/time_point.hpp"

namespace fanfare::workers::store {

struct OnceRequest {
  Uuid person;
  std::string key;
  std::string method;
  runtime::crypto::Digest request_hash;
  common::TimePoint now;
  common::TimePoint forget_before;  ///< keys that are older count no more
};

struct OnceOutcome {
  enum class Kind : std::uint8_t {
    kDone,
    kRepeated,
    kConflict,  ///< the key was for something else
    kUndone,    ///< the change has refused; nothing is stored
  };

  Kind kind = Kind::kUndone;
  std::string reply;  ///< of kDone and kRepeated
};

class OnceStore {
 public:
  /// Uses the other ports of the same AccountStores and gives what is to be answered; nothing undoes what it did.
  using Change = std::function<std::optional<std::string>()>;

  virtual ~OnceStore() = default;

  /// Runs `change` in a transaction of its own unless its key is there. Some of the keys that count no more go then.
  virtual runtime::Result<OnceOutcome> once(const OnceRequest& request, const Change& change) = 0;

  /// Forgets keys that are older than `forget_before`. Returns how many; fewer than `limit`: there are no more.
  virtual runtime::Result<std::uint64_t> sweep(common::TimePoint forget_before, std::uint64_t limit) = 0;
};

}  // namespace fanfare::workers::store
