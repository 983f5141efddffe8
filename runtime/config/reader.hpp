#pragma once
// Reads the configuration: built-in defaults, over them the file, over it the environment.
// Promise: a Config that comes back is complete and within its bounds; otherwise every problem comes back at once, each
// with file:line:column (or the variable's name), key and what was expected.
// Called on the main thread, at start and on reload; keeps nothing.

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "runtime/config/config.hpp"
#include "runtime/config/environment.hpp"
#include "runtime/result.hpp"

namespace fanfare::runtime {

/// What a check finds wrong with a value; `path` is its key, `streams.chat.topics[0]`, and is turned into a place.
struct Complaint {
  std::string path;
  std::string message;
};

/// A check of what the table can't say, such as the form of a topic pattern.
using ConfigCheck = std::function<std::vector<Complaint>(const Config&)>;

struct LoadOptions {
  std::optional<std::filesystem::path> file;  ///< as given with -c: it must exist
  std::vector<std::filesystem::path> search = {"fanfare.yaml",
                                               "/etc/fanfare/fanfare.yaml"};  ///< else the first of these
  Environment environment = process_environment();
  ConfigCheck check;  ///< runs only if everything else is right
};

struct LoadedConfig {
  Config config;
  std::string source;                 ///< the file, or "built-in defaults"
  std::vector<std::string> warnings;  ///< FANFARE_* variables that name no key
};

/// Which file that means; none: the built-in defaults.
std::optional<std::filesystem::path> file_to_read(const LoadOptions& options);

/// One line per problem, in the order of the file.
struct ConfigProblems {
  std::vector<std::string> lines;
};

/// Found by Boost.System when value() is called on ConfigProblems.
[[noreturn]] void throw_exception_from_error(const ConfigProblems& problems, const boost::source_location&);

[[nodiscard]] boost::system::result<LoadedConfig, ConfigProblems> load_config(const LoadOptions& options = {});

/// Reads `text` as if it were the file `source`.
[[nodiscard]] boost::system::result<LoadedConfig, ConfigProblems> read_config(const std::string& text,
                                                                              const std::string& source,
                                                                              const Environment& environment,
                                                                              const ConfigCheck& check = {});

Config default_config();

}  // namespace fanfare::runtime
