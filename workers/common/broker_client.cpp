#include "workers/common/broker_client.hpp"

#include "runtime/config/reachable.hpp"

namespace fanfare::workers::common {

ClientOptions broker_client(const runtime::Config& config, const std::string& name, runtime::Logger& log) {
  return {.address = runtime::reachable(config.broker.listen),
          .name = name,
          .when_full = WhenFull::fail,
          .on_handler_error = [&log](const std::exception& error) {
            log.error("a handler failed", {{"reason", error.what()}});
          }};
}

}  // namespace fanfare::workers::common
