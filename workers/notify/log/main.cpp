// fanfare-log-notifier: writes what people who are away would be told into its log.

#include "runtime/service/run_service.hpp"
#include "workers/notify/log/log_notifier_service.hpp"
#include "workers/store/database.hpp"

int main(int argc, char** argv) {
  namespace notify = fanfare::workers::notify;
  namespace runtime = fanfare::runtime;
  return runtime::run_service(argc, argv,
                              {.name = "fanfare-log-notifier",
                               .summary = "Writes what people who are away would be told of into its log.",
                               .check = fanfare::workers::store::check_database,
                               .make = [](const runtime::ServiceContext& context) {
                                 return std::make_unique<notify::LogNotifierService>(context);
                               }});
}
