#pragma once
// The signals a service lives by, as a file descriptor that the main thread reads.
// Made once per process, on the main thread, before any other thread exists: each inherits the blocked mask.

#include <optional>

#include "runtime/process/file_descriptor.hpp"

namespace fanfare::runtime {

/// Blocks SIGTERM, SIGINT and SIGHUP, ignores SIGPIPE, and returns a non-blocking signalfd for the former.
FileDescriptor take_signals();

/// The next signal that came in, if any.
std::optional<int> next_signal(const FileDescriptor& signals);

}  // namespace fanfare::runtime
