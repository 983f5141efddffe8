// fanfare-accounts: people, sessions and conversations (docs/services.md).

#include "runtime/service/run_service.hpp"
#include "workers/accounts/accounts_service.hpp"
#include "workers/store/database.hpp"

int main(int argc, char** argv) {
  namespace accounts = fanfare::workers::accounts;
  namespace runtime = fanfare::runtime;
  return runtime::run_service(argc, argv,
                              {.name = "fanfare-accounts",
                               .summary = "People, sessions and conversations of Fanfare.",
                               .check = fanfare::workers::store::check_database,
                               .make = [](const runtime::ServiceContext& context) {
                                 return std::make_unique<accounts::AccountsService>(context);
                               }});
}
