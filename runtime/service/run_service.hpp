#pragma once
// All that a process does around its Service: flags, configuration, log, signals, readiness, drain, exit code.
// Called once, by main(), on the main thread and before any other thread exists: it blocks the signals for all of them.
// Promise: exit code 0 after an orderly end, 1 after a failure, 2 for wrong usage or configuration.

#include "runtime/service/arguments.hpp"
#include "runtime/service/service.hpp"

namespace fanfare::runtime {

/// The body of a service's main(). SIGTERM and SIGINT drain it within limits.drain, a second one ends it at once with
/// 1; SIGHUP reads the configuration again and keeps the old one if the new one is wrong.
int run_service(int argc, char** argv, const ServiceDescription& description);

/// The same for a program with its own flags.
int run_service(const Arguments& arguments, const ServiceDescription& description);

}  // namespace fanfare::runtime
