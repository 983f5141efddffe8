// fanfare scale NAME=NUMBER…: how many processes of a worker or plug-in `fanfare up` runs, while everything goes on.

#include <CLI/Option.hpp>

#include <iostream>
#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/connection/address.hpp"
#include "cli/connection/ask.hpp"
#include "cli/connection/connect.hpp"
#include "cli/exit_code.hpp"
#include "cli/format/json.hpp"
#include "cli/up/process_rows.hpp"
#include "cli/up/scaling.hpp"
#include "runtime/config/value.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::cli {
namespace {

struct ScaleOptions {
  std::vector<std::string> words;  ///< NAME=NUMBER
  bool json = false;
};

/// The bounds of a name only `fanfare up` knows.
Replicas parse_replicas(const std::vector<std::string>& words) {
  static const runtime::Field kNumber{"", runtime::Kind::kInteger, "", "", {}};
  Replicas replicas;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const auto number = runtime::parse_value(kNumber, equals == std::string::npos ? "" : word.substr(equals + 1));
    if (!number || equals == 0) {
      throw CommandFailure("expected NAME=NUMBER, found " + runtime::word_or_quote(word), kWrongUsage);
    }
    if (!replicas.emplace(word.substr(0, equals), std::get<std::uint64_t>(*number)).second) {
      throw CommandFailure(runtime::word_or_quote(word.substr(0, equals)) + " is named twice", kWrongUsage);
    }
  }
  return replicas;
}

Scaled ask_to_scale(Client& client, Waiter& waiter, const Replicas& replicas, const std::string& address) {
  constexpr std::chrono::seconds kTimeout{10};
  try {
    return read_scale_answer(ask(client, waiter, kSupervisorTopic, scale_request(replicas), kTimeout).payload);
  } catch (const Error& error) {
    if (error.code() != ErrorCode::no_service) throw;
    throw CommandFailure("nobody runs the processes at " + address + " with `fanfare up`");
  }
}

std::string names_line(const char* what, const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names) text += (text.empty() ? what : ", ") + name;
  return text.empty() ? text : text + "\n";
}

int scale(const ScaleOptions& options, const Invocation& invocation) {
  const Replicas replicas = parse_replicas(options.words);
  const std::string address = broker_address(invocation.server);
  Waiter waiter;
  Client client = connect(address, "scale", waiter);
  const Scaled scaled = ask_to_scale(client, waiter, replicas, address);
  if (options.json) {
    std::cout << Json({{"started", scaled.started}, {"stopped", scaled.stopped}}).dump() << std::endl;
  } else if (scaled == Scaled()) {
    std::cout << "nothing to do: so many run already" << std::endl;
  } else {
    std::cout << names_line("started: ", scaled.started) + names_line("stopping: ", scaled.stopped) << std::flush;
  }
  return kDone;
}

}  // namespace

void add_scale(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<ScaleOptions>();
  CLI::App& command = *app.add_subcommand("scale", "Change how many processes of a worker or plug-in run");
  command.add_option("REPLICAS", options->words, "A worker or plug-in and how many of it, from 0 on")
      ->type_name("NAME=NUMBER")
      ->required();
  command.add_flag("--json", options->json, "Print {started, stopped}");
  command.callback(
      [options, &invocation] { invocation.run = [options, &invocation] { return scale(*options, invocation); }; });
  command.footer(
      R"(What runs goes on; of those that are too many the highest numbers stop, and finish first what they have begun.
This counts until `fanfare up` is started anew or reads its configuration again (SIGHUP): then that says how many run.
The broker, http and websocket run once. Exit code 2: no such name or number. Examples:
  fanfare scale persistence=4
  fanfare scale persistence=1 accounts=2 && fanfare status --wait 30s)");
}

}  // namespace fanfare::cli
