#include "cli/up/selection.hpp"

#include <algorithm>

#include "cli/exit_code.hpp"
#include "cli/up/components.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::cli {

bool Selection::takes(std::string_view component) const {
  const bool is_named = only.empty() || std::ranges::find(only, component) != only.end();
  return is_named && std::ranges::find(except, component) == except.end();
}

void check_selection(const Selection& selection, const runtime::Config& config) {
  std::vector<std::string> names;
  std::string list;
  for (const Component& component : enabled_components(config, std::nullopt)) {
    const std::string& name = component.process.component;
    if (std::ranges::find(names, name) != names.end()) continue;
    names.push_back(name);
    list += (list.empty() ? "" : ", ") + name;
  }
  const auto check = [&](const std::string& option, const std::vector<std::string>& chosen) {
    for (const std::string& name : chosen) {
      if (std::ranges::find(names, name) != names.end()) continue;
      throw CommandFailure(
          option + ": nothing that is enabled is called " + runtime::word_or_quote(name) + "; there are " + list,
          kWrongUsage);
    }
  };
  check("--only", selection.only);
  check("--except", selection.except);
  const auto is_taken = [&selection](const std::string& name) { return selection.takes(name); };
  if (std::ranges::none_of(names, is_taken)) throw CommandFailure("--only and --except leave nothing", kWrongUsage);
}

}  // namespace fanfare::cli
