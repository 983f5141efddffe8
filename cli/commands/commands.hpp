#pragma once
// Every command of `fanfare`: add_…() describes it to the parser and, once it was chosen, leaves what is to be done in
// `Invocation`. Used on the main thread, before any other exists.

#include <CLI/App.hpp>

#include <functional>
#include <string>

namespace fanfare::cli {

/// What the command line asks for.
struct Invocation {
  std::string server;                    ///< --server; empty: not given
  std::string command_word = "fanfare";  ///< how the user calls this program, for lines to copy
  std::function<int()> run;              ///< returns the exit code
};

void add_up(CLI::App& app, Invocation& invocation);
void add_status(CLI::App& app, Invocation& invocation);
void add_scale(CLI::App& app, Invocation& invocation);
void add_pub(CLI::App& app, Invocation& invocation);
void add_sub(CLI::App& app, Invocation& invocation);
void add_join(CLI::App& app, Invocation& invocation);
void add_stream(CLI::App& app, Invocation& invocation);
void add_group(CLI::App& app, Invocation& invocation);
void add_dead(CLI::App& app, Invocation& invocation);
void add_presence(CLI::App& app, Invocation& invocation);
void add_request(CLI::App& app, Invocation& invocation);
void add_reply(CLI::App& app, Invocation& invocation);
void add_jobs(CLI::App& app, Invocation& invocation);
void add_journal(CLI::App& app, Invocation& invocation);
void add_config(CLI::App& app, Invocation& invocation);
void add_bench(CLI::App& app, Invocation& invocation);
void add_migrate(CLI::App& app, Invocation& invocation);

}  // namespace fanfare::cli
