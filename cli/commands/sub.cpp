// fanfare sub PATTERN…: shows messages as they come.

#include <unistd.h>
#include <CLI/Error.hpp>
#include <CLI/Option.hpp>
#include <CLI/Validators.hpp>

#include <chrono>
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
#include "cli/subscribe/start.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::cli {
namespace {

constexpr const char* kUntilCaughtUp = "--until-caught-up";

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

  const bool has_end = options.listen.count > 0 || options.listen.until_caught_up;
  const WaitEnd end = listening.wait(options.idle);
  listening.end();
  out.finish(waiter);
  // Whoever asked for an end that did not come has not got what was asked for; a reader that left has got enough.
  return end == WaitEnd::kSignaled && has_end ? kFailed : kDone;
}

void add_from(CLI::App& command, From& from) {
  const auto take = [&from](const std::string& text) {
    const auto start =
        parse_start(text, std::chrono::floor<std::chrono::microseconds>(std::chrono::system_clock::now()));
    if (!start) {
      throw CLI::ValidationError(
          "--from", "expected " + std::string(expected_start()) + ", found " + runtime::word_or_quote(text));
    }
    from = *start;
  };
  command.add_option_function<std::string>("--from", take, "Where to begin: new (the default), all, or as below")
      ->type_name("START");
}

}  // namespace

void add_sub(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<SubOptions>();
  CLI::App& command = *app.add_subcommand("sub", "Show the messages of topics as they come");
  command.add_option("PATTERN", options->listen.patterns, "Topics; * stands for one word, a last > for one or more")
      ->required();
  command.add_flag("--json", options->listen.json,
                   "A line of JSON per message, and {\"gap\": …} where some are missing");
  add_from(command, options->listen.from);
  command.add_flag(kUntilCaughtUp, options->listen.until_caught_up,
                   "End when all that was stored has been shown; with --from");
  add_count(command, "--count", options->listen.count, "End after this many messages");
  add_duration(command, "--idle", options->idle, "End when nothing has come for so long");
  const std::map<std::string, Overflow> policies = {{"standard", Overflow::standard},
                                                    {"spill", Overflow::spill},
                                                    {"drop_oldest", Overflow::drop_oldest},
                                                    {"close", Overflow::close}};
  command.add_option("--overflow", options->listen.overflow, "What the broker does if this is too slow")
      ->transform(CLI::CheckedTransformer(policies).description(""))
      ->type_name("standard|spill|drop_oldest|close");
  command.callback([options, &invocation] {
    if (options->listen.until_caught_up && options->listen.from.kind() == From::Kind::now) {
      throw CLI::ValidationError(kUntilCaughtUp, "needs a --from other than new");
    }
    invocation.run = [options, &invocation] { return sub(*options, invocation); };
  });
  command.footer(R"(With another --from than new each pattern lies in one stream, and begins with
  4711                   this sequence of the stream
  EPOCH-SEQUENCE         the message after this one: epoch and sequence as --json prints them
  2026-01-31T08:00:00Z   this time
  10m                    so long ago
Says "caught up …" on standard error when all that was stored has been shown, and "not recovered …"
when something may be missing after what was asked for.

Says "subscribed …" on standard error as soon as nothing is missed any more.
Ctrl-C ends it: exit code 0, or 1 if --count or --until-caught-up asked for more than came. Examples:
  fanfare sub 'demo.>'
  fanfare sub chat.t --json --count 10 --idle 2s
  fanfare sub 'chat.>' --from 10m
  fanfare sub chat.t --from all --until-caught-up --json)");
}

}  // namespace fanfare::cli
