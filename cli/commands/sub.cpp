// fanfare sub PATTERN…: shows messages as they come.

#include <unistd.h>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include <atomic>
#include <iostream>
#include <map>
#include <memory>
#include <optional>

#include "cli/commands/commands.hpp"
#include "cli/commands/options.hpp"
#include "cli/connection/address.hpp"
#include "cli/connection/connect.hpp"
#include "cli/exit_code.hpp"
#include "cli/subscribe/listening.hpp"

namespace fanfare::cli {
namespace {

struct SubOptions {
  ListenOptions listen;
  std::optional<std::chrono::milliseconds> idle;
};

int sub(const SubOptions& options, const Invocation& invocation) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  LineWriter out(STDOUT_FILENO, waiter);
  Listening listening(options.listen, waiter, out);
  Client client = connect(address, "sub", waiter, StateReports::kOnStandardError);
  listening.begin(client);
  std::string patterns;
  for (const std::string& pattern : options.listen.patterns) patterns += " " + pattern;
  std::cerr << "subscribed" + patterns + "\n";

  const bool counts = options.listen.count > 0;
  const WaitEnd end = listening.wait(options.idle);
  listening.end();
  out.finish(waiter);
  // Whoever asked for a number and got fewer has not got what was asked for; a reader that left has got enough.
  return end == WaitEnd::kSignaled && counts ? kFailed : kDone;
}

}  // namespace

void add_sub(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<SubOptions>();
  CLI::App& command = *app.add_subcommand("sub", "Show the messages of topics as they come");
  command.add_option("PATTERN", options->listen.patterns, "Topics; * stands for one word, a last > for one or more")
      ->required();
  command.add_flag("--json", options->listen.json,
                   "A line of JSON per message, and {\"gap\": …} where some are missing");
  add_count(command, "--count", options->listen.count, "End after this many messages");
  add_duration(command, "--idle", options->idle, "End when nothing has come for so long");
  const std::map<std::string, Overflow> policies = {
      {"standard", Overflow::standard}, {"drop_oldest", Overflow::drop_oldest}, {"close", Overflow::close}};
  command.add_option("--overflow", options->listen.overflow, "What the broker does if this is too slow")
      ->transform(CLI::CheckedTransformer(policies).description(""))
      ->type_name("standard|drop_oldest|close");
  command.callback(
      [options, &invocation] { invocation.run = [options, &invocation] { return sub(*options, invocation); }; });
  command.footer(R"(Says "subscribed …" on standard error as soon as nothing is missed any more.
Ctrl-C ends it: exit code 0, or 1 if --count asked for more messages than came. Examples:
  fanfare sub 'demo.>'
  fanfare sub chat.t --json --count 10 --idle 2s)");
}

}  // namespace fanfare::cli
