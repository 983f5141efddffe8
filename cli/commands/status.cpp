// fanfare status [--wait 30s]: what runs, and whether all of it is ready.

#include <CLI/Option.hpp>

#include <iostream>
#include <memory>
#include <optional>

#include "cli/commands/commands.hpp"
#include "cli/commands/options.hpp"
#include "cli/connection/address.hpp"
#include "cli/connection/connect.hpp"
#include "cli/exit_code.hpp"
#include "cli/status/snapshot.hpp"
#include "runtime/config/reachable.hpp"
#include "runtime/config/reader.hpp"
#include "runtime/data_dir/data_dir.hpp"

namespace fanfare::cli {
namespace {

struct StatusOptions {
  std::optional<std::chrono::milliseconds> wait;
  bool json = false;
};

Snapshot snapshot_of(const std::string& address, Waiter& waiter) {
  Client client = connect(address, "status", waiter);
  return read_snapshot(client, waiter, address);
}

/// Between the broker's readiness and that of the rest `fanfare up` answers nothing; but it holds the data directory.
bool is_starting(const Snapshot& snapshot, const std::string& address) {
  if (snapshot.processes) return false;
  const auto loaded = runtime::load_config();
  return loaded && runtime::reachable(loaded->config.broker.listen) == address &&
         runtime::DataDir::is_held_by(loaded->config.data_dir, "fanfare up");
}

/// The first snapshot in which all is ready. Throws CommandFailure with what it still waits for at the deadline.
Snapshot wait_for_all(const std::string& address, Waiter& waiter, std::chrono::milliseconds patience) {
  constexpr std::chrono::milliseconds kPause{100};
  const auto deadline = Clock::now() + patience;
  while (true) {
    std::string reason;
    try {
      const Snapshot snapshot = snapshot_of(address, waiter);
      reason = not_ready_because(snapshot);
      if (reason.empty() && is_starting(snapshot, address)) reason = "`fanfare up` is still starting the rest";
      if (reason.empty()) return snapshot;
    } catch (const Error& error) {
      reason = error.what();
    } catch (const CommandFailure& failure) {
      if (failure.exit_code() == kInterrupted) throw;
      reason = failure.what();
    }
    if (Clock::now() >= deadline) throw CommandFailure(reason);
    if (waiter.wait(Clock::now() + kPause, [] { return false; }) == WaitEnd::kSignaled) {
      throw CommandFailure("", kInterrupted);
    }
  }
}

int status(const StatusOptions& options, const Invocation& invocation) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  const Snapshot snapshot = options.wait ? wait_for_all(address, waiter, *options.wait) : snapshot_of(address, waiter);
  std::cout << (options.json ? to_json(snapshot).dump() + "\n" : describe(snapshot)) << std::flush;
  return kDone;
}

}  // namespace

void add_status(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<StatusOptions>();
  CLI::App& command = *app.add_subcommand("status", "Show the broker, its processes, streams, groups and sessions");
  add_duration(command, "--wait", options->wait,
               "Wait until all that is enabled is ready; exit 1 if it is not by then");
  command.add_flag("--json", options->json, "Print {broker, processes, streams, groups, sessions}");
  command.callback(
      [options, &invocation] { invocation.run = [options, &invocation] { return status(*options, invocation); }; });
  command.footer(
      R"(LAG is that of the group with the name of the component. crash_loop: a process that ends again and again.
HELD BY names the group that has finished least of a stream, and how much the stream has to keep for it.
WAITING is what the broker has for a session that has not taken it. `fanfare group ls` explains the groups.
Exit code 1 without a broker. Examples:
  fanfare status
  fanfare status --wait 30s --json)");
}

}  // namespace fanfare::cli
