// scale_bench: what many sessions, subscriptions and topics cost the shipped broker, in memory and in processor time
// for each message, and whether its memory stays flat (--soak). docs/benchmarks.md has figures.

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <CLI/Validators.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <vector>

#include "tests/bench/scale/parts.hpp"

int main(int argc, char** argv) {
  using namespace fanfare::bench;
  ScaleOptions options;
  std::vector<std::string> parts{"memory", "subscriptions", "topics", "stored"};
  double seconds = 1.5;
  double soak_minutes = 0;
  CLI::App app("What many sessions, subscriptions and topics cost the broker");
  app.add_option("--parts", parts, "What is measured: memory, subscriptions, topics, stored (all)")
      ->check(CLI::IsMember(parts));
  app.add_option("--sessions", options.sessions, "Sessions (1000)")->check(CLI::Range(1, 9'000));
  app.add_option("--subscriptions", options.subscriptions, "Of each session (100)")->check(CLI::Range(1, 100'000));
  app.add_option("--topics", options.topics, "Topics (1000000)")->check(CLI::Range(1, 10'000'000));
  app.add_option("--seconds", seconds, "Of each measurement (1.5)")->check(CLI::Range(0.01, 5.0));
  app.add_option("--rounds", options.rounds, "The median counts (3)")->check(CLI::Range(1, 100));
  app.add_option("--soak", soak_minutes, "Instead: the broker's memory under load for so many minutes")
      ->check(CLI::Range(0.01, 1'440.0));
  CLI11_PARSE(app, argc, argv);
  ::setenv("FANFARE_LIMITS_LEASE", "1m", 1);  // sessions wait for their turn, on a machine that may be busy
  std::setvbuf(stdout, nullptr, _IOLBF, 0);   // seen as it comes
  options.time = std::chrono::milliseconds(static_cast<std::int64_t>(seconds * 1'000));
  const auto is_wanted = [&](const char* part) { return std::ranges::find(parts, part) != parts.end(); };
  try {
    if (soak_minutes > 0) {
      soak(options, std::chrono::milliseconds(static_cast<std::int64_t>(soak_minutes * 60'000)));
      return 0;
    }
    if (is_wanted("memory")) measure_memory(options);
    if (is_wanted("subscriptions")) measure_subscriptions(options);
    if (is_wanted("topics")) measure_topics(options);
    if (is_wanted("stored")) measure_stored_topics(options);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "%s\n", error.what());
    return 1;
  }
  return 0;
}
