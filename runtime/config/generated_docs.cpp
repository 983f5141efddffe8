#include "runtime/config/environment.hpp"
#include "runtime/config/fields.hpp"
#include "runtime/config/generated.hpp"
#include "runtime/config/value.hpp"

namespace fanfare::runtime {
namespace {

constexpr std::string_view kIntroduction =
    R"(# Configuration

One YAML file configures the whole system; `config/fanfare.yaml` shows every key with its default. This page is made from
the same table the programs read (`fanfare config docs`).

- **Which file**: the one given with `-c FILE`, else `./fanfare.yaml`, else `/etc/fanfare/fanfare.yaml`, else the built-in
  defaults. `--check-config` (or `fanfare config check`) reads it and says everything that is wrong with it.
- **Environment**: every key that is no list can be set by the variable named below; it wins over the file.
- **Secrets**: `${NAME}` inside a value is replaced by that environment variable, which has to be set; `$${` is a literal
  `${`.
- **Sizes** are bytes or carry a unit (`KiB`, `MiB`, `GiB`, `TiB`); **durations** always do (`ms`, `s`, `m`, `h`, `d`).
- **Strict**: unknown or doubled keys, wrong types and values out of range are refused, all at once, each with
  file:line:column. YAML anchors and aliases are not supported.
)";

/// The fields directly in a section; those of a user-chosen name count as its own.
bool is_in(const Field& field, std::string_view prefix) {
  if (!field.path.starts_with(prefix)) return false;
  std::string_view rest = field.path.substr(prefix.size());
  if (rest.starts_with("*.")) rest.remove_prefix(2);
  return rest.find('.') == std::string_view::npos;
}

/// A table cell: a bar would end it.
std::string cell(std::string_view text) {
  std::string result;
  for (const char c : text) result += c == '|' ? std::string("\\|") : std::string(1, c);
  return result;
}

std::string default_of(const Field& field) {
  if (is_required(field)) return "(required)";
  if (is_list(field)) return "`[" + std::string(field.fallback) + "]`";
  return field.fallback.empty() ? "(empty)" : "`" + std::string(field.fallback) + "`";
}

std::string row(const Field& field) {
  std::string variable = "–";
  if (!is_list(field)) {
    std::string path(field.path);
    const std::size_t star = path.find('*');
    if (star != std::string::npos) path.replace(star, 1, "<NAME>");
    variable = "`" + variable_for(path) + "`";
  }
  return "| `" + std::string(field.path) + "` | " + default_of(field) + " | " + cell(expectation(field)) + " | " +
         cell(field.description) + " | " + variable + " |\n";
}

std::string table_of(std::string_view prefix) {
  std::string rows;
  for (const Field& field : fields()) {
    if (is_in(field, prefix)) rows += row(field);
  }
  if (rows.empty()) return rows;
  return "\n| key | default | value | meaning | environment |\n|---|---|---|---|---|\n" + rows;
}

std::string names_of(const Section& section) {
  if (default_names(section).empty()) return "\nNone is built in.\n";
  std::string text = "\nBuilt in:\n";
  for (const std::string& name : default_names(section)) {
    text += "\n- `" + name + "`:";
    std::string_view separator = " ";
    for (const NamedDefault& entry : named_defaults()) {
      const std::string prefix = std::string(section.path) + "." + name + ".";
      if (!entry.path.starts_with(prefix)) continue;
      text += std::string(separator) + std::string(entry.path.substr(prefix.size()));
      for (const std::string& value : entry.value) text += " `" + value + "`";
      separator = ", ";
    }
  }
  return text + "\n";
}

}  // namespace

std::string config_docs() {
  std::string text(kIntroduction);
  text += "\n## Top level\n" + table_of("");
  for (const Section& section : sections()) {
    text += "\n## " + std::string(section.path) + "\n\n" + std::string(section.description) + "\n";
    text += table_of(std::string(section.path) + ".");
    if (!section.names.empty()) text += names_of(section);
  }
  return text;
}

}  // namespace fanfare::runtime
