#pragma once
// Draws a script from a seed, without looking at the world: each episode has its own mixture of trouble, and clients
// that are slow for a while. Pure functions.

#include <cstddef>
#include <cstdint>

#include "tests/simulation/script.hpp"

namespace fanfare::simulation {

/// An episode of its own length, at most `most` actions.
[[nodiscard]] Episode make_episode(std::uint64_t seed, std::size_t most);

/// The seed of the n-th episode of a run.
[[nodiscard]] std::uint64_t episode_seed(std::uint64_t run, std::uint64_t number);

}  // namespace fanfare::simulation
