// fanfare-persistence: keeps messages in the database and answers for the history (docs/services.md).

#include "runtime/service/run_service.hpp"
#include "workers/persistence/persistence_service.hpp"
#include "workers/store/database.hpp"

int main(int argc, char** argv) {
  namespace persistence = fanfare::workers::persistence;
  namespace runtime = fanfare::runtime;
  return runtime::run_service(argc, argv,
                              {.name = "fanfare-persistence",
                               .summary = "Keeps the messages of Fanfare in the database and answers for the history.",
                               .check = fanfare::workers::store::check_database,
                               .make = [](const runtime::ServiceContext& context) {
                                 return std::make_unique<persistence::PersistenceService>(context);
                               }});
}
