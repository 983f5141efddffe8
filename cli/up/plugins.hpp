#pragma once
// The plug-ins of the configuration as processes: which program a command means, what it finds in its environment, and
// what is wrong with a command before anything is started. Functions that look at the disk and at PATH; main thread.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "runtime/config/config.hpp"
#include "runtime/config/reader.hpp"
#include "runtime/result.hpp"
#include "runtime/supervisor/process_state.hpp"

namespace fanfare::cli {

/// One process is called by its name, several accounts-1, accounts-2 and so on.
std::vector<std::string> process_names(const std::string& name, std::size_t replicas);

/// Where a program named with a slash is looked for: in the folder of the configuration file (as given with -c, else
/// the one that is found), then in that of what is shipped, installed or in the source tree.
std::vector<std::filesystem::path> plugin_folders(const std::optional<std::filesystem::path>& config_file);

/// The program's whole path, or why it can't be run.
[[nodiscard]] runtime::Result<std::filesystem::path> find_program(const std::string& program,
                                                                  const std::vector<std::filesystem::path>& folders);

/// One process for each replica of what is enabled. A program that is not found stays as it was written.
std::vector<runtime::ProcessSpec> enabled_plugins(const runtime::Config& config,
                                                  const std::vector<std::filesystem::path>& folders);

/// Programs that can't be run, and names of processes that come twice; of what is enabled.
std::vector<runtime::Complaint> check_plugins(const runtime::Config& config,
                                              const std::optional<std::filesystem::path>& config_file);

}  // namespace fanfare::cli
