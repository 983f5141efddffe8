#include "cli/up/components.hpp"

#include <algorithm>
#include <chrono>
#include <iterator>
#include <set>

#include "cli/exit_code.hpp"
#include "cli/up/plugins.hpp"
#include "runtime/config/environment.hpp"
#include "runtime/process/child_process.hpp"

namespace fanfare::cli {
namespace {

/// Reading a configuration takes milliseconds.
constexpr std::chrono::seconds kCheckDeadline{10};

std::string program(const std::string& name) {
  return (std::filesystem::read_symlink("/proc/self/exe").parent_path() / name).string();
}

std::vector<std::string> command(const std::string& name, const std::optional<std::filesystem::path>& config_file) {
  std::vector<std::string> argv = {program(name)};
  if (config_file) argv.insert(argv.end(), {"-c", config_file->string()});
  return argv;
}

/// `replicas` processes of a program, in the order of their numbers.
std::vector<Component> replicas_of(const std::string& name, std::size_t replicas, const runtime::Config& config,
                                   const std::optional<std::filesystem::path>& config_file,
                                   const std::string& listen = "") {
  std::vector<Component> result;
  for (const std::string& process : process_names(name, replicas)) {
    result.push_back({{.name = process,
                       .argv = command("fanfare-" + name, config_file),
                       .environment = {{runtime::variable_for("broker.listen"), config.broker.listen},
                                       {runtime::variable_for("data_dir"), config.data_dir.string()}},
                       .component = name,
                       .replica = result.size() + 1},
                      listen});
  }
  return result;
}

}  // namespace

std::vector<Component> enabled_components(const runtime::Config& config,
                                          const std::optional<std::filesystem::path>& config_file) {
  std::vector<Component> components;
  const auto add = [&](bool is_enabled, const std::string& name, std::size_t replicas, const std::string& listen = "") {
    if (!is_enabled) return;
    std::ranges::move(replicas_of(name, replicas, config, config_file, listen), std::back_inserter(components));
  };
  const runtime::AccountsConfig& accounts = config.workers.accounts;
  const runtime::PersistenceConfig& persistence = config.workers.persistence;
  const runtime::TelegramConfig& telegram = config.workers.telegram;
  const runtime::LogNotifierConfig& log_notifier = config.workers.log_notifier;
  const auto& [http, websocket] = config.frontends;
  add(true, "broker", 1, config.broker.listen);
  add(accounts.enabled, "accounts", accounts.replicas);
  add(persistence.enabled, "persistence", persistence.replicas);
  add(telegram.enabled && !telegram.token.empty(), "telegram", telegram.replicas);
  add(log_notifier.enabled, "log-notifier", log_notifier.replicas);
  add(websocket.enabled, "websocket", 1, websocket.listen);
  add(http.enabled, "http", 1, "http://" + http.listen);
  for (runtime::ProcessSpec& plugin : enabled_plugins(config, plugin_folders(config_file))) {
    components.push_back({std::move(plugin), ""});
  }
  return components;
}

std::vector<std::string> names_that_come_twice(const std::vector<Component>& components) {
  std::set<std::string> names;
  std::vector<std::string> twice;
  for (const Component& component : components) {
    if (!names.insert(component.process.name).second) twice.push_back(component.process.name);
  }
  return twice;
}

std::string page_address(std::string_view listen) {
  const std::string_view host = listen.substr(0, listen.rfind(':'));
  const bool is_here = host == "127.0.0.1" || host == "[::1]" || host == "0.0.0.0" || host == "[::]";
  return "http://" + std::string(is_here ? "localhost" : host) + std::string(listen.substr(listen.rfind(':')));
}

void check_by_components(const runtime::Config& config, const std::optional<std::filesystem::path>& config_file) {
  for (Component& component : enabled_components(config, config_file)) {
    if (component.process.is_plugin) continue;  // what it takes is its own business
    component.process.argv.emplace_back("--check-config");
    auto child = runtime::ChildProcess::spawn({component.process.argv, {}});
    if (!child) throw CommandFailure(child.error().message);
    const auto status = child->wait(kCheckDeadline);
    if (!status) throw CommandFailure(component.process.argv.front() + " --check-config does not end");
    std::string output = child->read_output();
    if (*status == runtime::ExitStatus{}) continue;
    if (output.ends_with('\n')) output.pop_back();
    throw CommandFailure(output, kWrongUsage);
  }
}

}  // namespace fanfare::cli
