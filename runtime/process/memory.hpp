#pragma once
// How much memory a process has, as the kernel tells. Any thread.

#include <sys/types.h>

#include <cstdint>
#include <optional>

namespace fanfare::runtime {

/// Bytes that are resident; nullopt if there is no such process.
[[nodiscard]] std::optional<std::uint64_t> resident_bytes(pid_t pid);

}  // namespace fanfare::runtime
