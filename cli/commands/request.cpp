// fanfare request TOPIC [PAYLOAD|-]: asks a service and prints its reply.

#include <unistd.h>
#include <CLI/Option.hpp>

#include <iostream>
#include <memory>
#include <mutex>
#include <optional>
#include <stop_token>

#include "cli/commands/commands.hpp"
#include "cli/commands/options.hpp"
#include "cli/connection/address.hpp"
#include "cli/connection/ask.hpp"
#include "cli/connection/connect.hpp"
#include "cli/exit_code.hpp"
#include "cli/format/json.hpp"
#include "cli/format/text.hpp"
#include "cli/input/line_reader.hpp"
#include "cli/output/line_writer.hpp"

namespace fanfare::cli {
namespace {

constexpr std::chrono::seconds kDefaultTimeout{5};

struct RequestArguments {
  std::string topic;
  std::string payload;
  Headers headers;
  std::string actor;
  std::optional<std::chrono::milliseconds> timeout;
  bool retry_safe = false;
  bool json = false;
};

std::string text_of(const Reply& reply) {
  return ::isatty(STDOUT_FILENO) == 1 ? printable(reply.payload) : reply.payload;
}

Json json_of(const Reply& reply) {
  Json headers = Json::object();
  for (const auto& [key, value] : reply.headers) headers[key] = text_or_base64(value);
  return {{"headers", headers}, {"payload", text_or_base64(reply.payload)}};
}

/// As they come: each part of a reply as it is, or an object of its own.
void write_part(LineWriter& out, const Reply& part, bool json) {
  if (!json) return out.write_part(text_of(part));
  Json object = json_of(part);
  object["more"] = true;
  out.write(object.dump());
}

/// Ends before the client does: then no part of its reply waits for a reader.
class GivingUp {
 public:
  explicit GivingUp(LineWriter& out) : out_(out) {}
  GivingUp(const GivingUp&) = delete;
  GivingUp& operator=(const GivingUp&) = delete;
  ~GivingUp() { out_.give_up(); }

 private:
  LineWriter& out_;
};

int request(const RequestArguments& arguments, const Invocation& invocation) {
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  LineWriter out(STDOUT_FILENO, waiter);
  const bool from_input = arguments.payload == "-";
  const std::string payload = from_input ? LineReader(STDIN_FILENO, waiter).rest() : arguments.payload;
  Client client = connect(address, "request", waiter);
  const GivingUp at_the_end(out);
  const Reply reply =
      ask(client, waiter, arguments.topic, payload, arguments.timeout.value_or(kDefaultTimeout),
          {.headers = arguments.headers,
           .actor = arguments.actor,
           .retry_safe = arguments.retry_safe,
           .on_part = [&out, &arguments](const Reply& part) { write_part(out, part, arguments.json); }});
  out.write(arguments.json ? json_of(reply).dump() : text_of(reply));
  out.finish(waiter);
  return kDone;
}

}  // namespace

void add_request(CLI::App& app, Invocation& invocation) {
  const auto arguments = std::make_shared<RequestArguments>();
  CLI::App& command = *app.add_subcommand("request", "Ask a service and print its reply");
  command.add_option("TOPIC", arguments->topic, "The service's topic")->required();
  command.add_option("PAYLOAD", arguments->payload, "The question; - is standard input");
  add_headers(command, arguments->headers);
  command.add_option("--actor", arguments->actor, "For whom is asked")->type_name("NAME");
  add_duration(command, "--timeout", arguments->timeout, "How long to wait, for each part of a reply (5s)");
  command.add_flag("--retry-safe", arguments->retry_safe, "Handling it twice does no harm: another member may get it");
  command.add_flag("--json", arguments->json,
                   "Print the reply as JSON: {headers, payload}; a part of one has \"more\": true");
  command.callback([arguments, &invocation] {
    invocation.run = [arguments, &invocation] { return request(*arguments, invocation); };
  });
  command.footer(
      "Exit code 1 with the reason if nobody answers, or the service says that it failed. Example:\n"
      "  fanfare request demo.echo hi --timeout 2s");
}

}  // namespace fanfare::cli
