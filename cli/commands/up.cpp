// fanfare up [-c FILE]: runs everything in the foreground.

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

int up(const runtime::Arguments& arguments, const Invocation& invocation) {
  if (!invocation.server.empty()) {
    throw CommandFailure("up starts a broker and takes no --server; broker.listen is where it listens", kWrongUsage);
  }
  return runtime::run_service(
      arguments, {.name = "fanfare-up",
                  .summary = "runs everything",
                  .check = [&arguments](const runtime::Config& config) { return check(config, arguments.config_file); },
                  .make =
                      [&invocation](const runtime::ServiceContext& context) {
                        return std::make_unique<UpService>(context, invocation.command_word);
                      },
                  .drain_limit = UpService::drain_limit});
}

}  // namespace

void add_up(CLI::App& app, Invocation& invocation) {
  const auto arguments = std::make_shared<runtime::Arguments>();
  const auto file = std::make_shared<std::string>();
  CLI::App& command = *app.add_subcommand("up", "Start everything that is enabled, in the foreground");
  command.add_option("-c,--config", *file, "Else ./fanfare.yaml, else /etc/fanfare/fanfare.yaml, else the defaults")
      ->type_name("FILE");
  command.add_flag("--check-config", arguments->check_config, "Say what is wrong with the configuration, and end");
  command.callback([arguments, file, &invocation] {
    if (!file->empty()) arguments->config_file = *file;
    invocation.run = [arguments, &invocation] { return up(*arguments, invocation); };
  });
  command.footer(R"(What dies is started again; what was started ends with this, however it ends.
Ctrl-C or SIGTERM stops everything (exit code 0), SIGHUP makes it read the configuration again.)");
}

}  // namespace fanfare::cli
