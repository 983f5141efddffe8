#pragma once
// The configuration table: every key of fanfare.yaml with kind, default, bounds and description, in file order.
// Adding a setting means adding a member to config.hpp and a row here; everything else follows from the row.
// Immutable, readable from any thread.

#include <string>
#include <string_view>
#include <vector>

#include "runtime/config/field.hpp"

namespace fanfare::runtime {

/// A key that holds other keys; it stands after the section that holds it. If `names` is set, the user chooses the keys
/// below it and each holds the `*` fields.
struct Section {
  std::string_view path;
  std::string_view description;
  std::string_view names = {};        ///< what such a name stands for: "stream"
  std::string_view example = "NAME";  ///< the name that the example file shows where none is built in
};

/// A value that the built-in configuration has below a user-chosen name, other than the field's own default.
struct NamedDefault {
  std::string_view path;  ///< `streams.chat.topics`
  std::vector<std::string> value;
};

const std::vector<Field>& fields();
const std::vector<Section>& sections();
const std::vector<NamedDefault>& named_defaults();

/// A list without a default has to be given.
inline bool is_required(const Field& field) { return is_list(field) && field.fallback.empty(); }

const Field* find_field(std::string_view path);
const Section* find_section(std::string_view path);

/// The names the built-in configuration has below a section, in table order.
std::vector<std::string> default_names(const Section& section);

}  // namespace fanfare::runtime
