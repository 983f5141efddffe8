// fanfare config check|schema|docs|example: the configuration as the programs read it, and what is made from its table.

#include <iostream>
#include <memory>

#include "cli/commands/commands.hpp"
#include "cli/connection/address.hpp"
#include "cli/exit_code.hpp"
#include "cli/up/components.hpp"
#include "cli/up/plugins.hpp"
#include "runtime/config/generated.hpp"
#include "runtime/config/reader.hpp"

namespace fanfare::cli {
namespace {

int check(const std::string& file) {
  runtime::LoadOptions options;
  if (!file.empty()) options.file = file;
  options.check = [&options](const runtime::Config& config) { return check_plugins(config, options.file); };
  const runtime::LoadedConfig loaded = load_or_fail(options);
  for (const std::string& warning : loaded.warnings) std::cerr << "warning: " << warning << "\n";
  check_by_components(loaded.config, options.file);
  std::cout << "ok: " << loaded.source << "\n";
  return kDone;
}

void add_text(CLI::App& config, Invocation& invocation, const std::string& name, const std::string& description,
              std::string (*text)()) {
  config.add_subcommand(name, description)->callback([&invocation, text] {
    invocation.run = [text] {
      std::cout << text();
      return kDone;
    };
  });
}

}  // namespace

void add_config(CLI::App& app, Invocation& invocation) {
  CLI::App& config = *app.add_subcommand("config", "Check the configuration, or print what describes it");
  config.require_subcommand(1);
  const auto file = std::make_shared<std::string>();
  CLI::App& checking = *config.add_subcommand("check", "Say all that is wrong in a file, each with its place");
  checking.add_option("FILE", *file, "Else ./fanfare.yaml, else /etc/fanfare/fanfare.yaml, else the defaults");
  checking.callback([file, &invocation] { invocation.run = [file] { return check(*file); }; });
  add_text(config, invocation, "schema", "The JSON schema, for editors", runtime::config_schema);
  add_text(config, invocation, "docs", "Every key described, as Markdown", runtime::config_docs);
  add_text(config, invocation, "example", "A file with every key and its default", runtime::config_example);
}

}  // namespace fanfare::cli
