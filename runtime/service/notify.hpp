#pragma once
// Tells the process manager (systemd, or `fanfare up`) how far this process is: sd_notify(3) without libsystemd.
// Called by run_service() on the main thread; without NOTIFY_SOCKET it does nothing.

#include <string_view>

namespace fanfare::runtime {

/// `state` is `READY=1`, `STOPPING=1`, `WATCHDOG=1` or `RELOADING=1` with what belongs to it. False if there was
/// somebody to tell and it failed.
bool notify_manager(std::string_view state);

}  // namespace fanfare::runtime
