#pragma once
// accounts.sweep of docs/services.md: forgets what is over, a bounded part each time. Asked by fanfare-persistence, for
// nobody. Owned by the thread that answers, like the stores.

#include "workers/accounts/environment.hpp"

namespace fanfare::workers::accounts {

void add_sweep_methods(common::MethodTable& table, const Shared& shared, store::AccountStores& stores);

}  // namespace fanfare::workers::accounts
