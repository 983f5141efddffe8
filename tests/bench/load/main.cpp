// fanfare-load: one work against one system that is running, and its result as a line of JSON. tests/bench/compare
// starts the systems, pins both sides to a core each, and calls this in turns.

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdio>
#include <exception>
#include <functional>
#include <iterator>
#include <map>
#include <stdexcept>

#include "tests/bench/load/flood.hpp"
#include "tests/bench/load/operations/make_operations.hpp"
#include "tests/bench/load/operations/run_operations.hpp"
#include "tests/bench/load/pace.hpp"
#include "tests/bench/load/stamp.hpp"
#include "tests/bench/load/systems.hpp"
#include "tests/bench/load/usage.hpp"

namespace {

using namespace fanfare::load;

const std::map<std::string, std::function<Result(const Work&, System&)>> kMessageWorks{
    {"pubsub", run_flood},
    {"fanout", run_flood},
    {"latency", run_paced},
};

void add_options(CLI::App& program, Work& work) {
  auto works = operation_works();
  for (const auto& [name, run] : kMessageWorks) works.push_back(name);
  auto systems = operation_systems();
  std::ranges::copy(system_names(), std::back_inserter(systems));
  program.add_option("--work", work.work)->check(CLI::IsMember(works))->required();
  program.add_option("--system", work.system)->check(CLI::IsMember(systems))->required();
  constexpr auto kEach = CLI::MultiOptionPolicy::TakeAll;
  program.add_option("--address", work.addresses, "Where the server listens")->required()->multi_option_policy(kEach);
  program.add_option("--server-process", work.server_processes, "Its process ids, for what it uses")
      ->multi_option_policy(kEach);
  program.add_option("--size", work.size, "Bytes of a payload")->check(CLI::Range(kStampSize, std::size_t{1} << 20U));
  program.add_option("--subscribers", work.subscribers)->check(CLI::Range(1, 1'000));
  program.add_flag("--different-patterns", work.different_patterns, "No two subscribers have the same subscriptions");
  program.add_option_function<double>("--warm-up", [&](double value) { work.warm_up = decltype(work.warm_up)(value); })
      ->check(CLI::Range(0.0, 60.0));
  program
      .add_option_function<double>("--seconds", [&](double value) { work.measured = decltype(work.measured)(value); })
      ->check(CLI::Range(0.01, 3'600.0));
  program.add_option("--under-way", work.under_way, "Operations at a time, of `durable`, `request` and `group`")
      ->check(CLI::Range(1, 1'000'000));
  program.add_option("--rate", work.rate, "Messages a second of `latency`")->check(CLI::Range(1, 1'000'000));
  program.add_option("--in-flight", work.in_flight_bytes, "Payload bytes under way at most");
  program.add_option("--frame", work.frame_bytes, "Payload bytes given at once")->check(CLI::Range(1, 3 << 20));
  program.add_option("--receive-window", work.receive_window, "Fanfare: what may come unconfirmed");
}

Result run(const Work& work) {
  if (const auto operations = make_operations(work)) return run_operations(work, *operations);
  const auto found = kMessageWorks.find(work.work);
  if (found == kMessageWorks.end()) throw std::runtime_error("this system does not do that");
  return found->second(work, *make_system(work));
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program("One work against one system; prints a line of JSON");
  program.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  Work work;
  add_options(program, work);
  CLI11_PARSE(program, argc, argv);
  try {
    auto result = run(work);
    result.available_share = available_share();
    std::puts(to_json(work, result).c_str());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fanfare-load: %s against %s: %s\n", work.work.c_str(), work.system.c_str(), error.what());
    return 1;
  }
}
