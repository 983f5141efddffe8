// fanfare-websocket: live messages for browsers and phones (docs/architecture.md).

#include "frontends/websocket/service.hpp"
#include "runtime/service/run_service.hpp"

int main(int argc, char** argv) {
  return fanfare::runtime::run_service(
      argc, argv,
      {.name = "fanfare-websocket",
       .summary = "Live messages for browsers and phones, in the Centrifugo protocol at /connection/websocket.",
       .check = fanfare::frontends::websocket::config_check(),
       .make = fanfare::frontends::websocket::make_service});
}
