#pragma once
// The sizes and times of one episode, drawn from its seed: small, so that every bound is met all the time. Values.

#include <chrono>
#include <cstdint>

#include "broker/core/settings.hpp"
#include "tests/simulation/group_table.hpp"

namespace fanfare::simulation {

struct Knobs {
  explicit Knobs(std::uint64_t seed);

  std::uint64_t seed;
  std::uint32_t clients;
  std::uint32_t receive_window;  ///< of each client, in bytes
  std::uint32_t scan;            ///< records a reader of the journal looks through before it answers
  broker::core::Settings core;
  /// Clients have room for whatever comes then, so that a hand-over is seen when it happens: the broker counts what
  /// waits in its outbox as being with the member.
  bool has_groups = false;
  GroupLimits groups;
};

}  // namespace fanfare::simulation
