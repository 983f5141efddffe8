#pragma once
// Which side held the other up, as the shares of the processor tell. Pure functions; any thread.

#include <cstdint>
#include <optional>
#include <string_view>

namespace fanfare::cli {

enum class Bottleneck : std::uint8_t { neither, server, load };

[[nodiscard]] inline std::string_view to_string(Bottleneck bottleneck) {
  switch (bottleneck) {
    case Bottleneck::server:
      return "server";
    case Bottleneck::load:
      return "load";
    case Bottleneck::neither:
      break;
  }
  return "neither";
}

/// 1 is all there is: of `load` the cores it may use, or one core for its busiest thread; of `server` one core, for its
/// work is done by one thread. One that is full while the other is not holds it up.
[[nodiscard]] inline Bottleneck bottleneck_of(double load, std::optional<double> server) {
  constexpr double kFull = 0.95;
  constexpr double kIdle = 0.90;
  if (!server) return load >= kFull ? Bottleneck::load : Bottleneck::neither;
  if (load >= kFull && *server < kIdle) return Bottleneck::load;
  if (*server >= kFull && load < kIdle) return Bottleneck::server;
  return Bottleneck::neither;
}

}  // namespace fanfare::cli
