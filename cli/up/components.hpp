#pragma once
// What Fanfare consists of on this machine: the programs beside this one that the configuration enables, and plug-ins.
// Functions without a state; main thread.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/config/config.hpp"
#include "runtime/supervisor/process_state.hpp"

namespace fanfare::cli {

struct Component {
  runtime::ProcessSpec process;
  std::string listen;  ///< its address, empty if it listens on none
};

/// In the order in which they are started, plug-ins last. `config_file` is handed on as it was given. Where the broker
/// listens and the data lies goes into their environment: that stays while `fanfare up` runs, whatever the file says.
std::vector<Component> enabled_components(const runtime::Config& config,
                                          const std::optional<std::filesystem::path>& config_file);

/// Names that more than one process would have.
std::vector<std::string> names_that_come_twice(const std::vector<Component>& components);

/// Where a browser on this machine finds the page of a fanfare-http that listens on `host:port`.
std::string page_address(std::string_view listen);

/// Lets each component but the plug-ins check what only it knows, such as the form of a stream's topics. Throws
/// CommandFailure (wrong configuration) with what the first one complains about.
void check_by_components(const runtime::Config& config, const std::optional<std::filesystem::path>& config_file);

}  // namespace fanfare::cli
