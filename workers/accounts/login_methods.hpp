#pragma once
// The part of accounts.* that proves who somebody is: register, log in, refresh, log out. Used by account_methods.cpp.

#include "workers/accounts/environment.hpp"

namespace fanfare::workers::accounts {

void add_login_methods(common::MethodTable& table, const Shared& shared, store::AccountStores& stores);

}  // namespace fanfare::workers::accounts
