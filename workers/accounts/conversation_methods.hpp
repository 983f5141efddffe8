#pragma once
// conversations.* of docs/services.md, but for what reading_methods.hpp has. Methods for a table of the thread that
// owns the stores; `shared` and `stores` outlive it.

#include "workers/accounts/environment.hpp"

namespace fanfare::workers::accounts {

void add_conversation_methods(common::MethodTable& table, const Shared& shared, store::AccountStores& stores);

}  // namespace fanfare::workers::accounts
