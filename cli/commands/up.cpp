// fanfare up [-c FILE] [--only NAME,…] [--except NAME,…]: runs everything in the foreground.

#include <CLI/Option.hpp>

#include <iostream>
#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/exit_code.hpp"
#include "cli/up/plugins.hpp"
#include "cli/up/up_service.hpp"
#include "runtime/service/run_service.hpp"

namespace fanfare::cli {
namespace {

std::vector<runtime::Complaint> check(const runtime::Config& config,
                                      const std::optional<std::filesystem::path>& config_file) {
  std::vector<runtime::Complaint> complaints = check_plugins(config, config_file);
  const std::string& listen = config.broker.listen;
  if (listen.ends_with(":*") || (listen.starts_with("tcp://") && listen.ends_with(":0"))) {
    complaints.push_back({"broker.listen", "`fanfare up` needs a fixed port here, so that others find the broker"});
  }
  return complaints;
}

struct UpOptions {
  runtime::Arguments arguments;
  Selection selection;
};

/// A configuration that is wrong is reported by whoever reads it next.
void check_names(const UpOptions& options) {
  runtime::LoadOptions load;
  load.file = options.arguments.config_file;
  if (const auto loaded = runtime::load_config(load)) check_selection(options.selection, loaded->config);
}

int up(const UpOptions& options, const Invocation& invocation) {
  if (!invocation.server.empty()) {
    throw CommandFailure("up starts a broker and takes no --server; broker.listen is where it listens", kWrongUsage);
  }
  check_names(options);
  const runtime::Arguments& arguments = options.arguments;
  return runtime::run_service(
      arguments, {.name = "fanfare-up",
                  .summary = "runs everything",
                  .check = [&arguments](const runtime::Config& config) { return check(config, arguments.config_file); },
                  .make =
                      [&](const runtime::ServiceContext& context) {
                        return std::make_unique<UpService>(context, options.selection, invocation.command_word);
                      },
                  .drain_limit = UpService::drain_limit});
}

}  // namespace

void add_up(CLI::App& app, Invocation& invocation) {
  const auto options = std::make_shared<UpOptions>();
  const auto file = std::make_shared<std::string>();
  CLI::App& command = *app.add_subcommand("up", "Start everything that is enabled, in the foreground");
  command.add_option("-c,--config", *file, "Else ./fanfare.yaml, else /etc/fanfare/fanfare.yaml, else the defaults")
      ->type_name("FILE");
  command.add_flag("--check-config", options->arguments.check_config,
                   "Say what is wrong with the configuration, and end");
  command.add_option("--only", options->selection.only, "Of what is enabled these alone: accounts,http")
      ->type_name("NAME,…")
      ->delimiter(',');
  command.add_option("--except", options->selection.except, "Of what is enabled all but these")
      ->type_name("NAME,…")
      ->delimiter(',');
  command.callback([options, file, &invocation] {
    if (!file->empty()) options->arguments.config_file = *file;
    invocation.run = [options, &invocation] { return up(*options, invocation); };
  });
  command.footer(R"(What dies is started again; what was started ends with this, however it ends.
Ctrl-C or SIGTERM stops everything (exit code 0), SIGHUP makes it read the configuration again: processes come and go
as it says, the others go on and take over what they can. Examples:
  fanfare up --only broker,accounts
  fanfare up --except http                     and beside it: fanfare-http -c FILE)");
}

}  // namespace fanfare::cli
