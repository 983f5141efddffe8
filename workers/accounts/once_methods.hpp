#pragma once
// Changes that name an Idempotency-Key are done once in 24 hours (docs/services.md). Owned by the thread that answers,
// like the stores.

#include "workers/accounts/environment.hpp"
#include "workers/common/once.hpp"

namespace fanfare::workers::accounts {

/// How long a key counts.
inline constexpr std::chrono::hours kKeysAreKept{24};

[[nodiscard]] common::Once make_once(const Shared& shared, store::AccountStores& stores);

}  // namespace fanfare::workers::accounts
