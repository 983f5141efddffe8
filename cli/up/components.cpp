#include "cli/up/components.hpp"

#include <chrono>

#include "cli/exit_code.hpp"
#include "cli/up/plugins.hpp"
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

void add_workers(std::vector<Component>& components, const std::string& name, std::size_t replicas,
                 const std::optional<std::filesystem::path>& config_file) {
  for (const std::string& process : process_names(name, replicas)) {
    components.push_back({{process, command("fanfare-" + name, config_file)}, ""});
  }
}

}  // namespace

std::vector<Component> enabled_components(const runtime::Config& config,
                                          const std::optional<std::filesystem::path>& config_file) {
  std::vector<Component> components = {{{"broker", command("fanfare-broker", config_file)}, config.broker.listen}};
  const runtime::WorkersConfig& workers = config.workers;
  if (workers.accounts.enabled) add_workers(components, "accounts", workers.accounts.replicas, config_file);
  if (workers.persistence.enabled) add_workers(components, "persistence", workers.persistence.replicas, config_file);
  const runtime::WebSocketConfig& websocket = config.frontends.websocket;
  if (websocket.enabled) {
    components.push_back({{"websocket", command("fanfare-websocket", config_file)}, websocket.listen});
  }
  const runtime::HttpConfig& http = config.frontends.http;
  if (http.enabled) components.push_back({{"http", command("fanfare-http", config_file)}, "http://" + http.listen});
  for (runtime::ProcessSpec& plugin : enabled_plugins(config, plugin_folders(config_file))) {
    components.push_back({std::move(plugin), ""});
  }
  return components;
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
