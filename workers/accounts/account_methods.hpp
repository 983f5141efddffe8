#pragma once
// accounts.* of docs/services.md. Methods for a table of the thread that owns the stores; `shared` and `stores` outlive
// it. Those that hash a password block for tens of milliseconds: is_slow() names them, for threads of their own.

#include <string_view>

#include "workers/accounts/environment.hpp"

namespace fanfare::workers::accounts {

void add_account_methods(common::MethodTable& table, const Shared& shared, store::AccountStores& stores);

[[nodiscard]] bool is_slow(std::string_view topic);

}  // namespace fanfare::workers::accounts
