#include "cli/command_line.hpp"

#include <fanfare/error.hpp>

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>

#include <cstdlib>
#include <iostream>

#include "cli/commands/commands.hpp"
#include "cli/exit_code.hpp"
#include "runtime/text/escape.hpp"
#include "runtime/text/suggest.hpp"
#include "runtime/version.hpp"

namespace fanfare::cli {
namespace {

constexpr const char* kFooter = R"(Examples:
  fanfare up                                   start everything, in the foreground
  fanfare scale persistence=4                  with more processes of one kind
  fanfare sub 'orders.>' --json                show messages as they come
  fanfare sub 'chat.>' --from 10m              and what was stored in the last ten minutes
  fanfare stream ls                            what is stored
  fanfare join work 'orders.>' --json          share the work of a group
  fanfare dead ls                              what nobody could handle
  fanfare pub orders.created '{"id": 7}'       send one
  tail -f log | fanfare pub logs.web --lines   send each line
  fanfare reply demo.upper --exec 'tr a-z A-Z' answer requests with a program
  fanfare request demo.upper hello             ask

`fanfare COMMAND --help` says more. Durations are written 300ms, 2s, 5m.
Exit code: 0 done, 1 failed, 2 wrong usage or configuration, 130 ended by a signal before it was done.)";

/// How the user calls this program. Taken out of the environment, where FANFARE_… are settings and children look.
std::string take_command_word() {
  const char* const word = std::getenv("FANFARE_COMMAND");
  std::string result = word == nullptr ? "fanfare" : word;
  ::unsetenv("FANFARE_COMMAND");
  return result;
}

void describe_command_line(CLI::App& app, Invocation& invocation) {
  app.name("fanfare");
  app.description("Fanfare, a real-time message server");
  app.footer(kFooter);
  app.set_version_flag("--version", "fanfare " + std::string(runtime::version()));
  app.add_option("--server", invocation.server,
                 "The broker's address; else FANFARE_BROKER_ADDRESS, else broker.listen of the configuration "
                 "(tcp://127.0.0.1:7410)")
      ->type_name("ADDRESS");
  app.fallthrough();
  app.require_subcommand(1);
  for (const auto add :
       {add_up, add_status, add_scale, add_pub, add_sub, add_join, add_stream, add_group, add_dead, add_presence,
        add_request, add_reply, add_bench, add_jobs, add_journal, add_config, add_migrate})
    add(app, invocation);
}

/// "unknown command pubb, did you mean pub?", where that is what is wrong.
std::string unknown_command(const CLI::App& app, int argc, char** argv) {
  if (argc < 2 || argv[1][0] == '-') return {};
  std::vector<std::string> known;
  for (const CLI::App* command : app.get_subcommands({})) known.push_back(command->get_name());
  const std::string word = argv[1];
  if (std::ranges::find(known, word) != known.end()) return {};
  const auto meant = runtime::closest(word, known);
  return "unknown command " + runtime::word_or_quote(word) + (meant ? ", did you mean " + *meant + "?" : "");
}

int report_usage(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  if (error.get_exit_code() == 0) return app.exit(error);  // --help, --version
  const std::string unknown = unknown_command(app, argc, argv);
  std::cerr << (unknown.empty() ? error.what() : unknown.c_str()) << " (--help says how)\n";
  return kWrongUsage;
}

int run(const Invocation& invocation) {
  try {
    return invocation.run();
  } catch (const CommandFailure& failure) {
    if (*failure.what() != '\0') std::cerr << failure.what() << "\n";
    return failure.exit_code();
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return kFailed;
  }
}

}  // namespace

int run_command_line(int argc, char** argv) {
  Invocation invocation;
  invocation.command_word = take_command_word();
  CLI::App app;
  describe_command_line(app, invocation);
  if (argc == 1) {
    std::cerr << app.help();
    return kWrongUsage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return report_usage(app, error, argc, argv);
  }
  return run(invocation);
}

}  // namespace fanfare::cli
