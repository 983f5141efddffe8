// fanfare pub TOPIC [PAYLOAD|-]: sends one message, or each line of standard input.

#include <unistd.h>
#include <CLI/Option.hpp>

#include <array>
#include <iostream>
#include <memory>
#include <optional>
#include <random>

#include "cli/commands/commands.hpp"
#include "cli/commands/options.hpp"
#include "cli/connection/address.hpp"
#include "cli/connection/connect.hpp"
#include "cli/exit_code.hpp"
#include "cli/input/line_reader.hpp"
#include "cli/output/line_writer.hpp"
#include "cli/publish/publishing.hpp"
#include "cli/publish/trace.hpp"

namespace fanfare::cli {
namespace {

struct PubOptions {
  std::string topic;
  std::string payload;
  Headers headers;
  std::string actor;
  std::optional<Uuid> id;
  std::optional<std::chrono::milliseconds> timeout;
  bool lines = false;
  bool json = false;
  bool trace = false;

  [[nodiscard]] PublishOptions publish_options() const {
    return {.headers = headers, .actor = actor, .id = id, .traced = trace};
  }
  [[nodiscard]] std::chrono::milliseconds patience() const { return timeout.value_or(kDefaultPatience); }
};

Uuid fresh_id() {
  std::random_device source;
  std::array<std::uint8_t, 16> random{};
  for (std::uint8_t& byte : random) byte = static_cast<std::uint8_t>(source());
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  return Uuid::version7(static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::milliseconds>(now).count()),
                        random);
}

int publish_lines(const PubOptions& options, Waiter& waiter, Client& client, Publishing& publishing) {
  LineReader input(STDIN_FILENO, waiter);
  std::size_t number = 0;
  bool goes_on = true;
  while (goes_on) {
    const auto line = input.next();
    if (!line) break;
    goes_on =
        publishing.publish(client, options.topic, *line, options.publish_options(), "line " + std::to_string(++number));
  }
  // What was read before a signal is still sent.
  const bool all = (goes_on || waiter.interrupted()) && publishing.finish();
  if (!all) publishing.abandon(client);
  if (publishing.failed()) return kFailed;
  return waiter.interrupted() || !all ? kInterrupted : kDone;
}

int publish_one(const PubOptions& options, Waiter& waiter, Client& client, Publishing& publishing) {
  const bool from_input = options.payload == "-";
  const std::string payload = from_input ? LineReader(STDIN_FILENO, waiter).rest() : options.payload;
  const bool sent =
      publishing.publish(client, options.topic, payload, options.publish_options()) && publishing.finish();
  if (!sent) publishing.abandon(client);
  if (publishing.failed()) return kFailed;
  return sent ? kDone : kInterrupted;
}

int pub(const PubOptions& options, const Invocation& invocation) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  LineWriter out(STDOUT_FILENO, waiter);
  Publishing publishing(waiter, options.json ? &out : nullptr, options.patience());
  // One message is on its way for a moment; lines may come for days.
  const StateReports reports = options.lines ? StateReports::kOnStandardError : StateReports::kQuiet;
  Client client = connect(address, "pub", waiter, reports);
  const int exit_code = options.lines ? publish_lines(options, waiter, client, publishing)
                                      : publish_one(options, waiter, client, publishing);
  out.finish(waiter);
  return exit_code;
}

int pub_traced(PubOptions options, const Invocation& invocation) {
  const std::string address = broker_address(invocation.server);
  if (!options.id) options.id = fresh_id();
  Waiter waiter;
  Publishing publishing(waiter, nullptr, options.patience());
  Client client = connect(address, "pub", waiter);
  Trace trace(client, waiter, *options.id);
  if (const int exit_code = publish_one(options, waiter, client, publishing); exit_code != kDone) return exit_code;
  const std::vector<Hop> hops = trace.collect();
  if (hops.empty()) throw CommandFailure("published, but no component told of it");
  std::cout << describe_hops(hops, options.json);
  return kDone;
}

}  // namespace

void add_pub(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<PubOptions>();
  CLI::App& command = *app.add_subcommand("pub", "Publish a message, or each line of standard input");
  command.add_option("TOPIC", options->topic, "Where to: words with dots between them")->required();
  CLI::Option* payload = command.add_option("PAYLOAD", options->payload, "The message; - is standard input");
  add_headers(command, options->headers);
  command.add_option("--actor", options->actor, "For whom it is published")->type_name("NAME");
  CLI::Option* id = add_uuid(command, "--id", options->id, "The message's id; the same id again is stored once");
  add_duration(command, "--timeout", options->timeout, "Give up when nothing is acknowledged for so long (30s)");
  CLI::Option* lines = command.add_flag("--lines", options->lines, "Send each line of standard input as a message");
  command.add_flag("--json", options->json, "Print each acknowledgement: {stream, epoch, sequence, id}");
  CLI::Option* trace = command.add_flag("--trace", options->trace, "Print the message's way: component, hop, µs");
  lines->excludes(payload)->excludes(id)->excludes(trace);
  command.callback([options, &invocation] {
    invocation.run = [options, &invocation] {
      return options->trace ? pub_traced(*options, invocation) : pub(*options, invocation);
    };
  });
  command.footer(R"(Without an error it prints nothing. What a broker did not acknowledge before it went away is sent
again when it is back, and stored once; acknowledgements are printed in the order of the lines.
Who gives up says how many were acknowledged and what is known of the rest. Examples:
  fanfare pub orders.created '{"id": 7}' --header source=shop
  fanfare pub files.report - < report.pdf
  fanfare pub chat.t --lines --json < lines.txt)");
}

}  // namespace fanfare::cli
