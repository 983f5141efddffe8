// fanfare-broker: carries messages between all other components (docs/architecture.md).

#include "broker/server/server.hpp"
#include "broker/server/settings.hpp"
#include "runtime/process/freed_memory.hpp"
#include "runtime/service/run_service.hpp"

int main(int argc, char** argv) {
  namespace server = fanfare::broker::server;
  namespace runtime = fanfare::runtime;
  runtime::keep_freed_memory();
  return runtime::run_service(
      argc, argv,
      {.name = "fanfare-broker",
       .summary = "The message broker of Fanfare: all other components connect to it.",
       .check = server::config_check(),
       .make = [](const runtime::ServiceContext& context) { return std::make_unique<server::Server>(context); }});
}
