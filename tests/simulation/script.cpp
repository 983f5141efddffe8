#include "tests/simulation/script.hpp"

#include <algorithm>
#include <istream>
#include <ostream>
#include <sstream>
#include <string>

namespace fanfare::simulation {

void write(std::ostream& out, const Action& action) {
  out << kActionNames.at(static_cast<std::size_t>(action.what));
  // Trailing zeros say nothing.
  const auto last = std::ranges::find_if(action.with.rbegin(), action.with.rend(), [](auto one) { return one != 0; });
  for (auto at = action.with.begin(); at != last.base(); ++at) out << ' ' << *at;
  out << '\n';
}

void write(std::ostream& out, const Episode& episode) {
  out << "seed " << episode.seed << '\n';
  for (const auto& action : episode.script) write(out, action);
}

std::optional<Episode> read(std::istream& in) {
  Episode episode;
  bool has_seed = false;
  for (std::string line; std::getline(in, line);) {
    std::istringstream words(line.substr(0, line.find('#')));
    std::string name;
    if (!(words >> name)) continue;
    if (name == "seed") {
      if (!(words >> episode.seed)) return std::nullopt;
      has_seed = true;
      continue;
    }
    const auto found = std::ranges::find(kActionNames, name);
    if (found == kActionNames.end()) return std::nullopt;
    Action action{.what = static_cast<Do>(found - kActionNames.begin())};
    for (auto& number : action.with) {
      if (!(words >> number)) break;
    }
    if (!words.eof()) return std::nullopt;
    episode.script.push_back(action);
  }
  if (!has_seed) return std::nullopt;
  return episode;
}

}  // namespace fanfare::simulation
