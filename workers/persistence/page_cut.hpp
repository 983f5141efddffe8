#pragma once
// What of a page fits into an answer, by its bytes in JSON. Pure functions; any thread. Promise: what is kept hangs
// together, and it is at least one element if there is any, however large that is.

#include <cstddef>
#include <span>
#include <string>

namespace fanfare::workers::persistence {

/// The elements [first, last).
struct Cut {
  std::size_t first = 0;
  std::size_t last = 0;
};

/// Keeps the element `middle` and, as evenly as may be, what stands on either side of it, up to `bytes` in all. With 0
/// it keeps what comes first. One beyond the end is the end.
[[nodiscard]] Cut cut_around(std::span<const std::string> texts, std::size_t middle, std::size_t bytes);

/// These elements as a JSON array.
[[nodiscard]] std::string list_of(std::span<const std::string> texts, const Cut& cut);

}  // namespace fanfare::workers::persistence
