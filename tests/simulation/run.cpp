#include "tests/simulation/run.hpp"

#include <algorithm>

#include "tests/simulation/complaint.hpp"
#include "tests/simulation/knobs.hpp"
#include "tests/simulation/world.hpp"

namespace fanfare::simulation {

std::optional<Failure> run(const Episode& episode, std::ostream* trace) {
  std::optional<Failure> failure;
  std::size_t step = 0;
  const auto fail = [&](const std::string& rule, const std::string& text) {
    failure.emplace(Failure{.rule = rule, .text = text, .step = step});
  };
  try {
    World world(Knobs(episode.seed), trace);
    for (; step < episode.script.size(); ++step) world.apply(episode.script[step]);
    world.settle_down();
  } catch (const Complaint& complaint) {
    fail(complaint.rule(), complaint.what());
  } catch (const std::exception& error) {
    fail("exception", error.what());
  }
  return failure;
}

Episode shrink(const Episode& episode, const Failure& failure, const std::function<void(std::size_t)>& told) {
  const auto still_fails = [&](const Episode& smaller) {
    const auto again = run(smaller);
    return again && again->rule == failure.rule;
  };
  auto best = episode;
  if (failure.step < best.script.size()) best.script.resize(failure.step + 1);
  if (!still_fails(best)) best = episode;
  // Parts of half its size, then of a quarter, down to single actions, until none can go.
  for (auto part = best.script.size() / 2; part > 0;) {
    bool any = false;
    for (std::size_t at = 0; at < best.script.size();) {
      Episode smaller{.seed = best.seed, .script = {}};
      const auto end = std::min(at + part, best.script.size());
      smaller.script.assign(best.script.begin(), best.script.begin() + static_cast<std::ptrdiff_t>(at));
      smaller.script.insert(smaller.script.end(), best.script.begin() + static_cast<std::ptrdiff_t>(end),
                            best.script.end());
      if (still_fails(smaller)) {
        best = std::move(smaller);
        any = true;
      } else {
        at = end;
      }
    }
    told(best.script.size());
    if (part > 1) {
      part /= 2;
    } else if (!any) {
      break;
    }
  }
  return best;
}

}  // namespace fanfare::simulation
