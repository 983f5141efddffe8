#pragma once
// Runs episodes and shrinks those that fail. Functions of their arguments; one thread.

#include <cstddef>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>

#include "tests/simulation/script.hpp"

namespace fanfare::simulation {

struct Failure {
  std::string rule;
  std::string text;
  std::size_t step = 0;  ///< the action at which it was noticed; as many as there are: at the end
};

/// Nullopt when every promise was kept. `trace`, if there is one, is told what happens.
[[nodiscard]] std::optional<Failure> run(const Episode& episode, std::ostream* trace = nullptr);

/// Leaves out whatever is not needed for the same rule to be broken. `told` hears how many actions are left.
[[nodiscard]] Episode shrink(const Episode& episode, const Failure& failure,
                             const std::function<void(std::size_t)>& told);

}  // namespace fanfare::simulation
