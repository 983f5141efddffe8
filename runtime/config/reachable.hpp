#pragma once
// Where to connect for what listens at an address of the configuration. A pure function.

#include <string>

namespace fanfare::runtime {

/// An address that stands for all interfaces is no destination: this machine's own is.
[[nodiscard]] std::string reachable(std::string listen);

}  // namespace fanfare::runtime
