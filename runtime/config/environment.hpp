#pragma once
// The environment as the configuration sees it: a map, so that tests can give their own, and the two ways it is used:
// FANFARE_SECTION_KEY overrides a key, ${NAME} inside a value is replaced.
// Pure functions but for process_environment(), which is called before any thread starts.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/result.hpp"

namespace fanfare::runtime {

using Environment = std::map<std::string, std::string, std::less<>>;

/// This process's environment.
Environment process_environment();

/// `broker.listen` → FANFARE_BROKER_LISTEN; dots and dashes become underscores.
std::string variable_for(std::string_view path);

/// Variables that begin with FANFARE_ and mean something else than a key, for instance to the command line or the
/// tests.
bool is_reserved_variable(std::string_view name);

/// Replaces each ${NAME}; `$${` stands for `${`. An unset variable or a missing brace is an error.
[[nodiscard]] Result<std::string> expand(std::string_view text, const Environment& environment);

}  // namespace fanfare::runtime
