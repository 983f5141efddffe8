#pragma once
// A YAML document as a tree in which every node knows its line and column. The only home of yaml-cpp.
// Anchors and aliases are refused: a configuration has no use for them, and without them the tree is as large as the
// text. Values without a thread.

#include <string>
#include <vector>

#include "runtime/config/problems.hpp"

namespace fanfare::runtime {

struct YamlEntry;

struct YamlNode {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  int line = 1;
  int column = 1;
  std::string text;
  bool is_quoted = false;
  std::vector<YamlNode> items;
  std::vector<YamlEntry> entries;  ///< in file order, doubled keys included
};

struct YamlEntry {
  YamlNode key;
  YamlNode value;
};

/// Reads the one document in `text`; an empty text is an empty map. What is wrong is added to `problems`, with `source`
/// as its file, and what could be read is returned.
YamlNode parse_yaml(const std::string& text, const std::string& source, std::vector<Problem>& problems);

}  // namespace fanfare::runtime
