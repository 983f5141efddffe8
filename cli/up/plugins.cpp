#include "cli/up/plugins.hpp"

#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <set>
#include <sstream>

#include "cli/up/components.hpp"
#include "runtime/config/reachable.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::cli {
namespace {

namespace fs = std::filesystem;

/// What is installed beside this program, else the source tree that it was built in (build/<preset>/bin).
fs::path shipped_folder() {
  std::error_code error;
  const fs::path bin = fs::read_symlink("/proc/self/exe", error).parent_path();
  fs::path installed = (bin / "../share/fanfare").lexically_normal();
  if (fs::is_directory(installed / "plugins", error)) return installed;
  return (bin / "../../..").lexically_normal();
}

std::vector<fs::path> path_folders() {
  const char* const path = std::getenv("PATH");
  std::istringstream source(path == nullptr ? "/usr/local/bin:/usr/bin:/bin" : path);
  std::vector<fs::path> folders;
  for (std::string folder; std::getline(source, folder, ':');) folders.emplace_back(folder.empty() ? "." : folder);
  return folders;
}

bool is_file(const fs::path& file) {
  std::error_code error;
  return fs::is_regular_file(file, error);
}

bool is_program(const fs::path& file) { return is_file(file) && ::access(file.c_str(), X_OK) == 0; }

std::string listed(const std::vector<fs::path>& paths) {
  std::string text;
  for (const fs::path& path : paths) text += (text.empty() ? "" : ", ") + path.string();
  return text;
}

}  // namespace

std::vector<std::string> process_names(const std::string& name, std::size_t replicas) {
  if (replicas == 1) return {name};
  std::vector<std::string> names;
  for (std::size_t i = 1; i <= replicas; ++i) names.push_back(name + "-" + std::to_string(i));
  return names;
}

std::vector<fs::path> plugin_folders(const std::optional<fs::path>& config_file) {
  runtime::LoadOptions options;
  options.file = config_file;
  const fs::path file = runtime::file_to_read(options).value_or(fs::path("fanfare.yaml"));
  return {fs::absolute(file).parent_path().lexically_normal(), shipped_folder()};
}

runtime::Result<fs::path> find_program(const std::string& program, const std::vector<fs::path>& folders) {
  const bool has_slash = program.find('/') != std::string::npos;
  std::vector<fs::path> candidates;
  for (const fs::path& folder : has_slash ? folders : path_folders()) {
    // An absolute path takes the folder's place.
    fs::path candidate = (folder / program).lexically_normal();
    if (candidates.empty() || candidates.back() != candidate) candidates.push_back(std::move(candidate));
  }
  const auto found = std::ranges::find_if(candidates, is_program);
  if (found != candidates.end()) return fs::absolute(*found);
  const std::string quoted = runtime::quote(program);
  const auto file = std::ranges::find_if(candidates, is_file);
  if (file != candidates.end()) return runtime::Error{file->string(), " is not executable"};
  if (!has_slash) return runtime::Error{"there is no program " + quoted + " in PATH"};
  return runtime::Error{"there is no program " + quoted + "; looked for ", listed(candidates)};
}

std::vector<runtime::ProcessSpec> enabled_plugins(const runtime::Config& config, const std::vector<fs::path>& folders) {
  std::vector<runtime::ProcessSpec> processes;
  for (const auto& [name, plugin] : config.plugins) {
    if (!plugin.enabled) continue;
    std::vector<std::string> argv = plugin.command;
    if (const auto program = find_program(argv.front(), folders)) argv.front() = program->string();
    std::size_t replica = 0;
    for (const std::string& process : process_names(name, plugin.replicas)) {
      processes.push_back({.name = process,
                           .argv = argv,
                           .environment = {{"FANFARE_BROKER_ADDRESS", runtime::reachable(config.broker.listen)},
                                           {"FANFARE_PLUGIN_NAME", name}},
                           .is_plugin = true,
                           .component = name,
                           .replica = ++replica});
    }
  }
  return processes;
}

std::vector<runtime::Complaint> check_plugins(const runtime::Config& config,
                                              const std::optional<fs::path>& config_file) {
  std::vector<runtime::Complaint> complaints;
  const std::vector<fs::path> folders = plugin_folders(config_file);
  for (const auto& [name, plugin] : config.plugins) {
    if (!plugin.enabled) continue;
    const auto program = find_program(plugin.command.front(), folders);
    if (!program) complaints.push_back({"plugins." + name + ".command[0]", program.error().message});
  }
  std::set<std::string> names;
  for (const Component& component : enabled_components(config, config_file)) {
    const runtime::ProcessSpec& process = component.process;
    if (names.insert(process.name).second || !process.is_plugin) continue;
    complaints.push_back({"plugins." + process.environment.at("FANFARE_PLUGIN_NAME"),
                          "another process is called " + process.name + ", too; choose another name"});
  }
  return complaints;
}

}  // namespace fanfare::cli
