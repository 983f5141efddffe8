#pragma once
// What is wrong with a configuration: all of it, each problem with its place, key and what was expected.
// Values without a thread.

#include <string>
#include <vector>

namespace fanfare::runtime {

/// Where a setting was given: a file with line and column (from 1), an environment variable, or, if `source` is
/// empty, nowhere: it is the built-in default.
struct Place {
  std::string source;
  int line = 0;
  int column = 0;
};

struct Problem {
  Place place;
  std::string path;  ///< the key, `limits.message`; empty if the problem is the file's as a whole
  std::string message;
};

/// `fanfare.yaml:3:5: limits.message: expected …`
std::string to_string(const Problem& problem);

/// In the order of the file, then the environment's.
void sort_by_place(std::vector<Problem>& problems);

}  // namespace fanfare::runtime
