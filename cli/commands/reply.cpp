// fanfare reply TOPIC --exec CMD: answers requests with what a command makes of them.

#include <CLI/Option.hpp>

#include <algorithm>
#include <iostream>
#include <memory>
#include <thread>

#include "cli/commands/commands.hpp"
#include "cli/commands/options.hpp"
#include "cli/connection/address.hpp"
#include "cli/connection/await.hpp"
#include "cli/connection/connect.hpp"
#include "cli/exec/answering.hpp"
#include "cli/exit_code.hpp"

namespace fanfare::cli {
namespace {

/// How long answers may take to leave at the end.
constexpr std::chrono::seconds kCloseDeadline{2};

struct ReplyArguments {
  std::string topic;
  AnswerOptions answer{.max_in_flight = std::max(1U, std::thread::hardware_concurrency())};
};

int reply(const ReplyArguments& arguments, const Invocation& invocation) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  Client client = connect(address, "reply", waiter, StateReports::kOnStandardError);
  Answering answering(arguments.answer, waiter);
  Service service = client.serve(
      arguments.topic,
      [&answering](const Request& request, Responder responder) { answering.take(request, std::move(responder)); },
      {.max_in_flight = static_cast<std::uint32_t>(arguments.answer.max_in_flight)});
  await_ready(waiter, service);
  std::cerr << "serving " + arguments.topic + "\n";

  const WaitEnd end = waiter.wait(Clock::time_point::max(), [&answering] { return answering.is_over(); });
  service.stop();
  client.close(kCloseDeadline);
  return end == WaitEnd::kSignaled && arguments.answer.count > 0 ? kFailed : kDone;
}

}  // namespace

void add_reply(CLI::App& app, Invocation& invocation) {
  const auto arguments = std::make_shared<ReplyArguments>();
  CLI::App& command = *app.add_subcommand("reply", "Answer requests with a program");
  command.add_option("TOPIC", arguments->topic, "The service's topic, or a pattern")->required();
  command.add_option("--exec", arguments->answer.command, "Run by sh -c for each request, which it reads")
      ->type_name("CMD")
      ->required();
  constexpr std::uint64_t kMostThreads = 1000;
  add_count(command, "--max-in-flight", arguments->answer.max_in_flight, "How many run at once (number of cores)",
            kMostThreads);
  add_count(command, "--count", arguments->answer.count, "End after this many requests");
  add_size(command, "--max-output", arguments->answer.max_output, "What the command may write (64MiB)");
  command.callback([arguments, &invocation] {
    invocation.run = [arguments, &invocation] { return reply(*arguments, invocation); };
  });
  command.footer(R"(The command reads the request on its standard input and finds FANFARE_TOPIC, FANFARE_ACTOR and
FANFARE_PUBLISHER in its environment. What it writes to standard output is the reply; more than 1 MiB goes in parts.
If it fails, the caller is told the last line of its standard error. It is killed when the caller stops waiting.
Says "serving …" on standard error as soon as requests come. Ctrl-C ends it, exit code 0. Examples:
  fanfare reply demo.echo --exec cat
  fanfare reply math.add --exec 'bc' --max-in-flight 4)");
}

}  // namespace fanfare::cli
