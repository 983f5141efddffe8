#include "cli/up/components.hpp"

#include <chrono>

#include "cli/exit_code.hpp"
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

}  // namespace

std::vector<Component> enabled_components(const runtime::Config& config,
                                          const std::optional<std::filesystem::path>& config_file) {
  return {{{"broker", command("fanfare-broker", config_file)}, config.broker.listen}};
}

void check_by_components(const runtime::Config& config, const std::optional<std::filesystem::path>& config_file) {
  for (Component& component : enabled_components(config, config_file)) {
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
