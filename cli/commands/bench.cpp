// fanfare bench WORK: how fast a running broker is, measured through the SDK.

#include <CLI/Error.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>

#include "cli/bench/arguments.hpp"
#include "cli/bench/bench.hpp"
#include "cli/commands/commands.hpp"
#include "cli/commands/options.hpp"
#include "cli/connection/address.hpp"
#include "cli/exit_code.hpp"
#include "runtime/process/freed_memory.hpp"

namespace fanfare::cli {
namespace {

int exit_code_of(const BenchResult& result, const Waiter& waiter) {
  if (!result.complete() || !result.verdict.in_order()) return kFailed;
  return waiter.interrupted() ? kInterrupted : kDone;
}

int bench(const BenchSettings& settings, bool json, const Invocation& invocation) {
  const std::string address = broker_address(invocation.server);
  runtime::keep_freed_memory();  // as a program should that is all about messages
  Waiter waiter;
  const BenchResult result = run_bench(settings, address, waiter);
  if (result.messages == 0 && !result.trouble.empty()) throw CommandFailure(result.trouble);
  if (result.messages == 0) throw CommandFailure("stopped before anything was measured", kInterrupted);
  std::cout << (json ? to_json(settings, result).dump() + "\n" : describe(settings, result)) << std::flush;
  if (!result.trouble.empty()) std::cerr << "ended early: " + result.trouble + "\n";
  if (json && !(result.verdict == Verdict{})) std::cerr << describe(result.verdict) + "\n";
  return exit_code_of(result, waiter);
}

}  // namespace

void add_bench(CLI::App& app, Invocation& invocation) {
  const auto arguments = std::make_shared<BenchArguments>();
  CLI::App& command = *app.add_subcommand("bench", "Measure how fast the broker is");
  command.add_option("WORK", arguments->work, "What is done; see below")
      ->required()
      ->type_name("pubsub|fanout|latency|durable|request|group")
      ->check(CLI::IsMember(bench_works()).description(""));
  add_size(command, "--size", arguments->size, "Bytes of a payload (128)");
  add_count(command, "--publishers", arguments->publishers, "Sessions that send, a thread each (1)",
            kMostBenchSessions);
  add_count(command, "--subscribers", arguments->subscribers, "Sessions that receive (1; fanout 50, group 4)",
            kMostBenchSessions);
  CLI::Option* messages = add_count(command, "--messages", arguments->messages, "Send so many, after the warm-up");
  CLI::Option* seconds =
      add_count(command, "--seconds", arguments->seconds, "Send for so long, after the warm-up (3)", kMostBenchSeconds);
  messages->excludes(seconds);
  add_count(command, "--rate", arguments->rate, "Messages a second (latency 5000, else as fast as it goes)",
            kMostBenchRate);
  add_count(command, "--in-flight", arguments->in_flight, "Most that a publisher has under way (see below)",
            kMostBenchInFlight);
  command.add_option("--topic", arguments->topic,
                     "The topics are below this one (bench; durable, group: bench.stored)");
  command.add_flag("--json", arguments->json, "Print the result as one line of JSON");
  command.callback([arguments, &invocation] {
    const BenchSettings settings = settings_of(*arguments);
    invocation.run = [arguments, settings, &invocation] { return bench(settings, arguments->json, invocation); };
  });
  command.footer(R"(WORK is one of
  pubsub   publishers and subscribers as fast as it goes; as much under way as 4 MiB
  fanout   the same with 50 subscribers
  latency  5,000 messages a second, from the call that sends to the handler that receives
  durable  publishes to a stream, 1,000 under way, until they are acknowledged; then reads all of it back
  request  requests to a service, one at a time, until the reply is there
  group    a group of 4 members on a stream, 4,096 under way, until each message's acknowledgement is stored

It warms up, measures, and checks that every message arrived, once and in order. Who held it up, the broker or this
program, is told by the processor's time of each; that of the broker and its memory are asked from the broker.
durable and group need a stream that keeps bench.stored.>, or whatever --topic says; what they store stays there.
As fast as it goes, one message in 16 is timed. Topics have a random part, so that no run meets another.

Ctrl-C ends it with what was measured so far. Exit code 1 if something is missing or the broker went away. Examples:
  fanfare bench pubsub --size 1KiB --seconds 5
  fanfare bench latency --rate 20000 --json
  fanfare bench durable --topic chat.bench --in-flight 10000)");
}

}  // namespace fanfare::cli
