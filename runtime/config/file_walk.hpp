#pragma once
// Goes through the tree of a configuration file beside the table and hands each setting over, or says why it can't.
// A pure function of its arguments; used by the reader.

#include <string>

#include "runtime/config/settings.hpp"
#include "runtime/config/yaml.hpp"

namespace fanfare::runtime {

/// Sets everything `root` holds in `settings`; `source` is the file's name in places.
void apply_file(const YamlNode& root, const std::string& source, Settings& settings);

}  // namespace fanfare::runtime
