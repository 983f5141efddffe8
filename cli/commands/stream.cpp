// fanfare stream ls|info: what the broker keeps.

#include <CLI/Option.hpp>

#include <algorithm>
#include <iostream>
#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/connection/address.hpp"
#include "cli/connection/connect.hpp"
#include "cli/connection/query.hpp"
#include "cli/exit_code.hpp"
#include "cli/streams/stream_rows.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::cli {
namespace {

struct StreamOptions {
  std::string name;
  bool json = false;
};

std::vector<StreamRow> streams_of_broker(const Invocation& invocation) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  Client client = connect(address, "stream", waiter);
  return read_streams(query(client, waiter, QueryKind::streams));
}

int list(const StreamOptions& options, const Invocation& invocation) {
  const auto streams = streams_of_broker(invocation);
  std::cout << (options.json ? Json({{"streams", to_json(streams)}}).dump() + "\n" : describe(streams)) << std::flush;
  return kDone;
}

int info(const StreamOptions& options, const Invocation& invocation) {
  const auto streams = streams_of_broker(invocation);
  const auto found = std::ranges::find(streams, options.name, &StreamRow::name);
  if (found == streams.end()) {
    std::string known;
    for (const StreamRow& stream : streams) known.append(known.empty() ? "" : ", ").append(stream.name);
    throw CommandFailure("no stream " + runtime::word_or_quote(options.name) + "; the broker keeps " +
                         (known.empty() ? "none" : known));
  }
  std::cout << (options.json ? to_json(*found).dump() + "\n" : describe(*found)) << std::flush;
  return kDone;
}

}  // namespace

void add_stream(CLI::App& app, Invocation& invocation) {
  CLI::App& command = *app.add_subcommand("stream", "Show what the broker keeps");
  command.require_subcommand(1);
  const auto options = std::make_shared<StreamOptions>();

  CLI::App& listing = *command.add_subcommand("ls", "All streams");
  listing.add_flag("--json", options->json, "Print {\"streams\": […]}");
  listing.callback(
      [options, &invocation] { invocation.run = [options, &invocation] { return list(*options, invocation); }; });

  CLI::App& showing = *command.add_subcommand("info", "All about one stream");
  showing.add_option("NAME", options->name, "The stream's name in the configuration")->required();
  showing.add_flag("--json", options->json,
                   "Print {stream, topics, epoch, first, head, messages, bytes, segments, oldest, state, …}");
  showing.callback(
      [options, &invocation] { invocation.run = [options, &invocation] { return info(*options, invocation); }; });
  command.footer(R"(Topics that lie in no stream are delivered and forgotten. Examples:
  fanfare stream ls
  fanfare stream info chat --json)");
}

}  // namespace fanfare::cli
