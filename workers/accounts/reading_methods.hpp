#pragma once
// conversations.read, .mute and .unmute of docs/services.md. Methods for a table of the thread that owns the stores;
// `shared` and `stores` outlive it. Promise: each done twice is as if done once, so none needs an Idempotency-Key.

#include "workers/accounts/environment.hpp"

namespace fanfare::workers::accounts {

void add_reading_methods(common::MethodTable& table, const Shared& shared, store::AccountStores& stores);

}  // namespace fanfare::workers::accounts
