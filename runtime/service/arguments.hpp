#pragma once
// The flags every service takes: -c FILE, --check-config, --version, --help.
// A pure function, used by run_service() before anything else.

#include <filesystem>
#include <optional>
#include <string>

#include "runtime/result.hpp"

namespace fanfare::runtime {

struct Arguments {
  std::optional<std::filesystem::path> config_file;
  bool check_config = false;
  bool show_version = false;
  bool show_help = false;
};

[[nodiscard]] Result<Arguments> parse_arguments(int argc, const char* const* argv);

std::string usage(const std::string& name, const std::string& summary);

}  // namespace fanfare::runtime
