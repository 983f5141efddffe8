#pragma once
// fanfare-websocket as run_service() drives it: the client of the broker, the I/O thread with all sockets, and what
// stands between them. Threads: docs/architecture.md.

#include <memory>

#include "runtime/service/service.hpp"

namespace fanfare::frontends::websocket {

[[nodiscard]] std::unique_ptr<runtime::Service> make_service(const runtime::ServiceContext& context);

/// The origins have to be origins.
[[nodiscard]] runtime::ConfigCheck config_check();

}  // namespace fanfare::frontends::websocket
