#include <algorithm>
#include <utility>

#include "runtime/config/fields.hpp"
#include "runtime/config/generated.hpp"
#include "runtime/config/value.hpp"

namespace fanfare::runtime {
namespace {

constexpr std::string_view kIntroduction =
    R"(# yaml-language-server: $schema=fanfare.schema.json
#
# Every key of Fanfare's configuration with its default; docs/configuration.md explains them.
# Copy it to ./fanfare.yaml or /etc/fanfare/fanfare.yaml and keep only what you change.
)";

constexpr std::size_t kLineLength = 110;

/// A comment, wrapped at words.
std::string comment(std::string_view text, const std::string& indent) {
  std::string result;
  std::string line = indent + "#";
  while (!text.empty()) {
    const std::string_view word = text.substr(0, text.find(' '));
    if (line.size() + 1 + word.size() > kLineLength) {
      result += line + "\n";
      line = indent + "#";
    }
    line += " " + std::string(word);
    text.remove_prefix(std::min(text.size(), word.size() + 1));
  }
  return result + line + "\n";
}

std::string scalar(const Field& field, std::string_view text) {
  const bool needs_quotes =
      field.kind == Kind::kAddress || field.kind == Kind::kEndpoint || is_list(field) || text.empty();
  return needs_quotes ? "\"" + std::string(text) + "\"" : std::string(text);
}

std::string setting(const Field& field, const std::vector<std::string>& value, const std::string& indent) {
  const std::string key(field.path.substr(field.path.rfind('.') + 1));
  std::string text = indent + key + ": ";
  if (!is_list(field)) return text + scalar(field, value.front()) + "\n";
  text += "[";
  for (const std::string& item : value) text += (&item == &value.front() ? "" : ", ") + scalar(field, item);
  return text + "]\n";
}

std::vector<std::string> value_for(const Field& field, const std::string& path) {
  const auto named = std::ranges::find(named_defaults(), path, &NamedDefault::path);
  return named == named_defaults().end() ? std::vector<std::string>{std::string(field.fallback)} : named->value;
}

/// The settings of one name; only the first name's are explained.
std::string named_settings(const Section& section, const std::string& name, bool explain) {
  const std::string prefix = std::string(section.path) + ".*.";
  std::string text = "  " + name + ":\n";
  for (const Field& field : fields()) {
    if (!field.path.starts_with(prefix)) continue;
    const std::string key(field.path.substr(prefix.size()));
    if (explain) text += comment(field.description, "    ");
    text += setting(field, value_for(field, std::string(section.path) + "." + name + "." + key), "    ");
  }
  return text;
}

/// What a name could hold, as a comment: none is built in.
std::string named_example(const Section& section) {
  const std::string prefix = std::string(section.path) + ".*.";
  std::string text = "  # " + std::string(section.example) + ":\n";
  for (const Field& field : fields()) {
    if (!field.path.starts_with(prefix)) continue;
    const std::string_view value = field.fallback.empty() ? field.example : field.fallback;
    text += comment(field.description, "  #   ") + setting(field, {std::string(value)}, "  #   ");
  }
  return text;
}

std::string section_text(const Section& section) {
  const std::size_t dot = section.path.rfind('.');
  const std::string outer = dot == std::string_view::npos ? "" : "  ";
  const std::string key(section.path.substr(dot + 1));  // npos + 1 is 0
  std::string text = (outer.empty() ? "\n" : "") + comment(section.description, outer) + outer + key + ":";
  if (!section.names.empty() && default_names(section).empty()) return text + " {}\n" + named_example(section);
  text += "\n";
  bool is_first = true;
  for (const std::string& name : default_names(section)) {
    text += named_settings(section, name, std::exchange(is_first, false));
  }
  for (const Field& field : fields()) {
    const std::string prefix = std::string(section.path) + ".";
    if (!section.names.empty() || !field.path.starts_with(prefix)) continue;
    if (field.path.find('.', prefix.size()) != std::string_view::npos) continue;  // of a section within
    text += comment(field.description, outer + "  ") + setting(field, {std::string(field.fallback)}, outer + "  ");
  }
  return text;
}

}  // namespace

std::string config_example() {
  std::string text(kIntroduction);
  for (const Field& field : fields()) {
    if (field.path.find('.') != std::string_view::npos) continue;
    text += "\n" + comment(field.description, "") + setting(field, {std::string(field.fallback)}, "");
  }
  for (const Section& section : sections()) text += section_text(section);
  return text;
}

}  // namespace fanfare::runtime
