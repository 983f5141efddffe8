#pragma once
// The page of the system's cache, and the largest block that a disk asks for.

#include <cstddef>

namespace fanfare::broker::journal {

/// On all machines that matter; with larger ones a read before a write is not avoided.
inline constexpr std::size_t kPage = 4'096;

}  // namespace fanfare::broker::journal
