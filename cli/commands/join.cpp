// fanfare join GROUP [PATTERN]: works in a group, a durable queue whose messages its members share.

#include <unistd.h>
#include <CLI/Error.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include <algorithm>
#include <iostream>
#include <map>
#include <memory>
#include <optional>
#include <thread>

#include "cli/commands/commands.hpp"
#include "cli/commands/options.hpp"
#include "cli/connection/address.hpp"
#include "cli/connection/connect.hpp"
#include "cli/exit_code.hpp"
#include "cli/work/working.hpp"

namespace fanfare::cli {
namespace {

/// How long the goodbye may take at the end.
constexpr std::chrono::seconds kGoodbyeDeadline{2};

/// A thread each.
constexpr std::uint64_t kMostCommands = 1'000;
constexpr std::uint64_t kMostInFlight = 65'536;
constexpr std::uint64_t kMostTries = 65'535;
constexpr std::size_t kMostBackOffs = 32;

struct JoinArguments {
  WorkOptions work;
  std::optional<std::chrono::milliseconds> ack_wait;
  std::uint64_t max_in_flight = 0;
  std::uint64_t max_deliver = 0;
};

/// What the broker says of a refused membership, and what to do.
[[noreturn]] void refuse(const Error& error, const WorkOptions& options, const std::string& command_word) {
  if (error.code() != ErrorCode::group_mismatch) throw Error(error);
  throw CommandFailure(std::string(error.what()) + "; `" + command_word + " group info " + options.group +
                       "` shows what the group has");
}

int join(const WorkOptions& given, const Invocation& invocation) {
  WorkOptions options = given;
  options.server = broker_address(invocation.server);
  Waiter waiter;
  LineWriter out(STDOUT_FILENO, waiter);
  Working working(options, waiter, out);
  Client client = connect(options.server, "join", waiter, StateReports::kOnStandardError);
  try {
    working.begin(client);
  } catch (const Error& error) {
    refuse(error, options, invocation.command_word);
  }
  std::cerr << "joined " + options.group + (options.pattern.empty() ? "" : " " + options.pattern) + "\n";

  const WaitEnd end = working.wait();
  working.end();
  client.close(kGoodbyeDeadline);
  out.finish(waiter);
  return end == WaitEnd::kSignaled && options.count > 0 ? kFailed : kDone;
}

/// What can only be checked when all options are known.
void complete(JoinArguments& arguments) {
  WorkOptions& work = arguments.work;
  if (work.pattern.empty() && work.join.order != Order::exclusive) {
    throw CLI::ValidationError("PATTERN", "is required unless --order is exclusive");
  }
  if (work.pattern.empty() && (!work.command.empty() || work.count > 0)) {
    throw CLI::ValidationError("PATTERN", "is required with --exec and --count: without it the group only elects");
  }
  const bool runs = !work.command.empty();
  if (runs && arguments.max_in_flight > kMostCommands) {
    throw CLI::ValidationError("--max-in-flight", "expected at most " + std::to_string(kMostCommands) + " with --exec");
  }
  const std::uint64_t standard = runs ? std::max(1U, std::thread::hardware_concurrency()) : 256;
  work.join.max_in_flight =
      static_cast<std::uint32_t>(arguments.max_in_flight == 0 ? standard : arguments.max_in_flight);
  work.join.max_deliver = static_cast<std::uint16_t>(arguments.max_deliver);
  if (arguments.ack_wait) work.join.ack_wait = *arguments.ack_wait;
}

void add_group_options(CLI::App& command, JoinArguments& arguments) {
  JoinOptions& join = arguments.work.join;
  const std::map<std::string, Order> orders = {
      {"any", Order::any}, {"key", Order::key}, {"exclusive", Order::exclusive}};
  command.add_option("--order", join.order, "Who gets what; see below (any)")
      ->transform(CLI::CheckedTransformer(orders).description(""))
      ->type_name("any|key|exclusive");
  const std::map<std::string, GroupStart> starts = {{"beginning", GroupStart::beginning}, {"new", GroupStart::now}};
  command.add_option("--from", join.from, "Where a group that does not exist yet begins (beginning)")
      ->transform(CLI::CheckedTransformer(starts).description(""))
      ->type_name("beginning|new");
  add_duration(command, "--ack-wait", arguments.ack_wait, "When a member that says nothing counts as failed (30s)");
  add_count(command, "--max-deliver", arguments.max_deliver,
            "How often a message may fail before it goes to the dead letters (5)", kMostTries);
  add_durations(command, "--back-off", join.back_off, "How long to wait before each next try (1s,5s,30s,2m)",
                kMostBackOffs);
}

}  // namespace

void add_join(CLI::App& app, Invocation& invocation) {
  const auto arguments = std::make_shared<JoinArguments>();
  WorkOptions& work = arguments->work;
  CLI::App& command = *app.add_subcommand("join", "Work in a group, whose members share the messages");
  command.add_option("GROUP", work.group, "The group's name; the first member makes the group")->required();
  command.add_option("PATTERN", work.pattern, "Its topics, in one stream; none with --order exclusive: it only elects");
  add_group_options(command, *arguments);
  add_count(command, "--max-in-flight", arguments->max_in_flight,
            "Messages this member has at a time (256; with --exec, how many run: number of cores)", kMostInFlight);
  command.add_option("--exec", work.command, "Run by sh -c for each message, which it reads")->type_name("CMD");
  add_size(command, "--max-output", work.max_output, "What the command may write (1MiB)");
  command.add_flag("--json", work.json, "A line of JSON per message, with group, attempt and, if given back, dead");
  add_count(command, "--count", work.count, "End after this many messages");
  command.callback([arguments, &invocation] {
    complete(*arguments);
    invocation.run = [arguments, &invocation] { return join(arguments->work, invocation); };
  });
  command.footer(R"(Each message goes to one member, with --order
  any        to the one with the least to do
  key        those of one topic in their order, to one member at a time
  exclusive  all to one member; the others stand by, and say so on standard error
A message is done when its line is written, or with --exec when the command exits with 0. It finds the payload
on its standard input and FANFARE_TOPIC, FANFARE_SEQUENCE, FANFARE_ATTEMPT, FANFARE_GROUP and more in its
environment; what it writes is shown (with --json as `output`). Another exit status is a failure, whose reason is
the last line of its standard error: the message comes again after the next --back-off, and after --max-deliver
failures it goes to the dead letters (`fanfare dead ls`). Whatever was not done comes again, here or elsewhere.

Says "joined …" on standard error as soon as it has its place. Ctrl-C ends it: it takes nothing new, waits up to
10s for what runs, and leaves; exit code 0, or 1 if --count asked for more than came. Examples:
  fanfare join work 'orders.>' --order key --json
  fanfare join mail 'orders.>' --exec './send-mail' --max-in-flight 4 --back-off 1s,10s,1m
  fanfare join leader --order exclusive)");
}

}  // namespace fanfare::cli
