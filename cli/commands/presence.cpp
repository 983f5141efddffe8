// fanfare presence ls|watch|hold: who is there, who comes and goes, and being there.

#include <unistd.h>
#include <CLI/Error.hpp>
#include <CLI/Option.hpp>

#include <algorithm>
#include <iostream>
#include <memory>
#include <mutex>
#include <optional>

#include "cli/commands/commands.hpp"
#include "cli/commands/options.hpp"
#include "cli/connection/address.hpp"
#include "cli/connection/connect.hpp"
#include "cli/connection/query.hpp"
#include "cli/exit_code.hpp"
#include "cli/presence/presence_rows.hpp"
#include "cli/presence/watching.hpp"
#include "protocol/topic.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::cli {
namespace {

/// There may be millions of keys.
constexpr std::chrono::seconds kListDeadline{60};
constexpr std::chrono::seconds kHoldDeadline{5};

struct PresenceArguments {
  std::string pattern;  ///< of ls; empty: all
  bool json = false;
  WatchPresenceOptions watch;
  std::vector<std::string> keys;
};

int list(const PresenceArguments& arguments, const Invocation& invocation) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  Client client = connect(address, "presence", waiter);
  const auto keys = read_presence(query(client, waiter, QueryKind::presence, kListDeadline), arguments.pattern);
  std::cout << (arguments.json ? Json({{"presence", to_json(keys)}}).dump() + "\n" : describe(keys)) << std::flush;
  return kDone;
}

int watch(const WatchPresenceOptions& options, const Invocation& invocation) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  LineWriter out(STDOUT_FILENO, waiter);
  Watching watching(options, waiter, out);
  Client client = connect(address, "presence", waiter, StateReports::kOnStandardError);
  watching.begin(client);
  const WaitEnd end = watching.wait();
  watching.end();
  out.finish(waiter);
  return end == WaitEnd::kSignaled && options.count > 0 ? kFailed : kDone;
}

int hold(const std::vector<std::string>& keys, const Invocation& invocation) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  std::mutex mutex;
  std::optional<Error> refused;  // guarded by mutex
  Client client = connect(address, "presence", waiter, StateReports::kOnStandardError);
  const HoldOptions options{.on_ready = [&waiter] { waiter.wake(); },
                            .on_error =
                                [&](const Error& error) {
                                  {
                                    const std::lock_guard lock(mutex);
                                    refused = error;
                                  }
                                  waiter.wake();
                                }};
  std::vector<Presence> held;
  for (const std::string& key : keys) held.push_back(client.hold_presence(key, options));

  const auto is_refused = [&] {
    const std::lock_guard lock(mutex);
    return refused.has_value();
  };
  const auto is_held = [](const Presence& presence) {
    return presence.ready().wait_for(std::chrono::seconds(0)) == std::future_status::ready;
  };
  const WaitEnd begun =
      waiter.wait(Clock::now() + kHoldDeadline, [&] { return is_refused() || std::ranges::all_of(held, is_held); });
  if (begun == WaitEnd::kSignaled) throw CommandFailure("", kInterrupted);
  if (begun == WaitEnd::kDeadline) throw CommandFailure("the broker does not answer");
  if (!is_refused()) {
    std::string line = "holding";
    for (const std::string& key : keys) line += " " + key;
    std::cerr << line + "\n";
    waiter.wait(Clock::time_point::max(), is_refused);
  }
  const std::lock_guard lock(mutex);
  if (refused) throw Error(*refused);
  return kDone;
}

void add_list(CLI::App& command, const std::shared_ptr<PresenceArguments>& arguments, Invocation& invocation) {
  CLI::App& listing = *command.add_subcommand("ls", "Who is online now");
  listing.add_option("--pattern", arguments->pattern,
                     "Keys that match: * stands for one word, a last > for one or more");
  listing.add_flag("--json", arguments->json, "Print {\"presence\": [{key, state, holders, since}]}");
  listing.callback([arguments, &invocation] {
    if (!arguments->pattern.empty() && !protocol::is_pattern(arguments->pattern)) {
      throw CLI::ValidationError(
          "--pattern", "expected a pattern like 'user.>', found " + runtime::word_or_quote(arguments->pattern));
    }
    invocation.run = [arguments, &invocation] { return list(*arguments, invocation); };
  });
  listing.footer("STATE is online, or grace: nobody holds it any more, and it is still told to be online for a while.");
}

void add_watch(CLI::App& command, const std::shared_ptr<PresenceArguments>& arguments, Invocation& invocation) {
  CLI::App& watching = *command.add_subcommand("watch", "Who is online, and who comes and goes");
  watching.add_option("PATTERN", arguments->watch.pattern, "Keys; * stands for one word, a last > for one or more")
      ->required();
  watching.add_flag("--json", arguments->watch.json,
                    "A line {key, state} per change, and {\"complete\": {settling}} when all that is online was shown");
  add_count(watching, "--count", arguments->watch.count, "End after this many lines, those of the beginning included");
  watching.callback([arguments, &invocation] {
    invocation.run = [arguments, &invocation] { return watch(arguments->watch, invocation); };
  });
  watching.footer(
      R"(Says "watching …" on standard error as soon as all that is online has been shown. After a broker began anew a key
may be unknown until its holders had time to come back.
Ctrl-C ends it: exit code 0, or 1 if --count asked for more than came.)");
}

void add_hold(CLI::App& command, const std::shared_ptr<PresenceArguments>& arguments, Invocation& invocation) {
  CLI::App& holding = *command.add_subcommand("hold", "Be online until this ends");
  holding.add_option("KEY", arguments->keys, "Such as user.42: a topic")->required();
  holding.callback([arguments, &invocation] {
    invocation.run = [arguments, &invocation] { return hold(arguments->keys, invocation); };
  });
  holding.footer(
      R"(Says "holding …" on standard error as soon as the broker has it. Ctrl-C ends it, exit code 0; the keys go offline
limits.presence_grace later, if nobody else holds them.)");
}

}  // namespace

void add_presence(CLI::App& app, Invocation& invocation) {
  CLI::App& command = *app.add_subcommand("presence", "Who is online: list, watch or hold keys");
  command.require_subcommand(1);
  const auto arguments = std::make_shared<PresenceArguments>();
  add_list(command, arguments, invocation);
  add_watch(command, arguments, invocation);
  add_hold(command, arguments, invocation);
  command.footer(
      R"(A key is a topic, such as user.42. It is online while a session holds it, and for limits.presence_grace after the
last one let go. Examples:
  fanfare presence ls --pattern 'user.>'
  fanfare presence watch 'user.*' --json
  fanfare presence hold user.42)");
}

}  // namespace fanfare::cli
