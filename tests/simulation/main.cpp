// The simulation as a program: runs seeds, replays a script, shrinks what fails. docs/simulation.md says how to use it.

#include <charconv>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>
#include <string_view>

#include "tests/simulation/generator.hpp"
#include "tests/simulation/run.hpp"

namespace fanfare::simulation {
namespace {

struct Arguments {
  std::uint64_t seed = 1;
  std::uint64_t steps = 0;    ///< of each seed; 0: no bound
  std::uint64_t seconds = 0;  ///< 0: no bound
  std::uint64_t seeds = 1;    ///< how many seeds have to find something; 0: none may
  std::string script;
  bool finds = false;
  bool shrinks = true;
  bool lists = false;
  bool traces = false;
};

constexpr std::string_view kUsage =
    "simulation [--seed N] [--steps N] [--seconds S] [--no-shrink]   runs random episodes until something breaks\n"
    "simulate --script FILE [--trace] [--no-shrink]                runs one that was kept\n"
    "simulate --list --seed N                                      prints the first episode of a seed\n"
    "simulate --find SEEDS --steps N                               passes only if each seed breaks something\n";

std::optional<Arguments> parse(int count, char** given) {
  Arguments arguments;
  if (const char* seed = std::getenv("FANFARE_SEED")) arguments.seed = std::strtoull(seed, nullptr, 10);
  for (int i = 1; i < count; ++i) {
    const std::string_view name = given[i];
    if (name == "--no-shrink") {
      arguments.shrinks = false;
      continue;
    }
    if (name == "--trace") {
      arguments.traces = true;
      continue;
    }
    if (name == "--list") {
      arguments.lists = true;
      continue;
    }
    if (++i == count) return std::nullopt;
    const std::string_view value = given[i];
    if (name == "--script") {
      arguments.script = value;
      continue;
    }
    std::uint64_t* number = nullptr;
    if (name == "--seed") number = &arguments.seed;
    if (name == "--steps") number = &arguments.steps;
    if (name == "--seconds") number = &arguments.seconds;
    if (name == "--find") number = &arguments.seeds, arguments.finds = true;
    if (number == nullptr) return std::nullopt;
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), *number);
    if (error != std::errc() || end != value.data() + value.size()) return std::nullopt;
  }
  return arguments;
}

struct Found {
  Episode episode;
  Failure failure;
};

/// Runs the episodes of a seed until one fails, or a bound is met. `done`: how many actions were taken.
std::optional<Found> search(std::uint64_t seed, std::uint64_t steps, std::chrono::steady_clock::time_point until,
                            std::uint64_t& done, std::uint64_t& episodes) {
  std::optional<Found> found;
  while ((steps == 0 || done < steps) && std::chrono::steady_clock::now() < until) {
    const auto left = steps == 0 ? ~std::uint64_t{0} : steps - done;
    auto episode = make_episode(episode_seed(seed, episodes++), left);
    if (const auto failure = run(episode)) {
      done += failure->step;
      found.emplace(Found{std::move(episode), *failure});
      break;
    }
    done += episode.script.size();
  }
  return found;
}

int report(const Found& found, bool shrinks) {
  std::printf("BROKEN %s\n  at action %zu of %zu, episode seed %llu\n", found.failure.text.c_str(), found.failure.step,
              found.episode.script.size(), static_cast<unsigned long long>(found.episode.seed));
  auto kept = found.episode;
  if (shrinks) {
    kept =
        shrink(found.episode, found.failure, [](std::size_t left) { std::fprintf(stderr, "  %zu actions\n", left); });
  }
  std::ostringstream text;
  write(text, kept);
  if (const auto again = run(kept)) std::printf("Shrunk to %zu actions: %s\n", kept.script.size(), again->text.c_str());
  std::printf("Keep what follows as FILE; simulate --script FILE runs it again.\n%s", text.str().c_str());
  return 1;
}

int run_script(const Arguments& arguments) {
  std::ifstream file(arguments.script);
  const auto episode = read(file);
  if (!episode) {
    std::fprintf(stderr, "%s holds no script\n", arguments.script.c_str());
    return 2;
  }
  const auto failure = run(*episode, arguments.traces ? &std::cout : nullptr);
  std::cout.flush();
  if (failure) return report({*episode, *failure}, arguments.shrinks);
  std::printf("%zu actions, every promise kept\n", episode->script.size());
  return 0;
}

int run_seed(const Arguments& arguments) {
  const auto begun = std::chrono::steady_clock::now();
  const auto until = arguments.seconds == 0 ? std::chrono::steady_clock::time_point::max()
                                            : begun + std::chrono::seconds(arguments.seconds);
  std::uint64_t done = 0;
  std::uint64_t episodes = 0;
  const auto found = search(arguments.seed, arguments.steps, until, done, episodes);
  const auto took = std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count();
  std::printf("seed %llu: %llu episodes, %llu steps, %.0f steps a second\n",
              static_cast<unsigned long long>(arguments.seed), static_cast<unsigned long long>(episodes),
              static_cast<unsigned long long>(done), static_cast<double>(done) / took);
  return found ? report(*found, arguments.shrinks) : 0;
}

/// With a planted bug: each seed has to find it, and not by a crash.
int find_in_each(const Arguments& arguments) {
  bool all = true;
  for (std::uint64_t i = 0; i < arguments.seeds; ++i) {
    std::uint64_t done = 0;
    std::uint64_t episodes = 0;
    const auto seed = arguments.seed + i;
    const auto found = search(seed, arguments.steps, std::chrono::steady_clock::time_point::max(), done, episodes);
    all = all && found && found->failure.rule != "exception";
    std::printf("seed %llu: %llu steps: %s\n", static_cast<unsigned long long>(seed),
                static_cast<unsigned long long>(done), found ? found->failure.text.c_str() : "nothing");
    std::fflush(stdout);
  }
  std::printf(all ? "FOUND by all %llu seeds\n" : "NOT by all %llu seeds\n",
              static_cast<unsigned long long>(arguments.seeds));
  return all ? 0 : 1;
}

}  // namespace
}  // namespace fanfare::simulation

int main(int count, char** given) {
  using namespace fanfare::simulation;
  const auto arguments = parse(count, given);
  if (!arguments || (arguments->finds && arguments->steps == 0)) {
    std::fputs(kUsage.data(), stderr);
    return 2;
  }
  if (arguments->lists) {
    write(std::cout, make_episode(episode_seed(arguments->seed, 0), ~std::size_t{0}));
    return 0;
  }
  if (!arguments->script.empty()) return run_script(*arguments);
  if (arguments->finds) return find_in_each(*arguments);
  return run_seed(*arguments);
}
