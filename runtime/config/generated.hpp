#pragma once
// The three texts made from the configuration table: the JSON schema for editors, the reference for people and the
// commented example file. Each is kept in the repository, and a test compares.
// Pure functions; every text ends with a newline.

#include <string>

namespace fanfare::runtime {

/// JSON Schema, draft 2020-12: config/fanfare.schema.json.
std::string config_schema();

/// Markdown: docs/configuration.md.
std::string config_docs();

/// Every key with its default and a comment: config/fanfare.yaml.
std::string config_example();

}  // namespace fanfare::runtime
