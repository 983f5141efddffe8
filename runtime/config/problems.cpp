#include "runtime/config/problems.hpp"

#include <algorithm>
#include <tuple>

namespace fanfare::runtime {

std::string to_string(const Problem& problem) {
  std::string text = problem.place.source;
  if (problem.place.line > 0) {
    text += ":" + std::to_string(problem.place.line) + ":" + std::to_string(problem.place.column);
  }
  for (const std::string& part : {problem.path, problem.message}) {
    if (!part.empty()) text += (text.empty() ? "" : ": ") + part;
  }
  return text;
}

void sort_by_place(std::vector<Problem>& problems) {
  std::ranges::stable_sort(problems, {}, [](const Problem& problem) {
    return std::tuple(problem.place.line == 0, problem.place.line, problem.place.column);
  });
}

}  // namespace fanfare::runtime
