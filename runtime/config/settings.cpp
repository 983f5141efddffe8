#include "runtime/config/settings.hpp"

#include <algorithm>

#include "runtime/config/value.hpp"
#include "runtime/text/escape.hpp"

namespace fanfare::runtime {
namespace {

/// The user-chosen part of `path`: what stands in place of the field's `*`.
std::string name_in(const Field& field, const std::string& path) {
  const std::size_t star = field.path.find('*');
  if (star == std::string_view::npos) return {};
  const std::size_t after = field.path.size() - star - 1;
  return path.substr(star, path.size() - after - star);
}

std::string with_name(const Field& field, const std::string& name) {
  std::string path(field.path);
  const std::size_t star = path.find('*');
  return star == std::string::npos ? path : path.replace(star, 1, name);
}

bool is_below(const Field& field, const Section& section) {
  return !section.names.empty() && field.path.starts_with(std::string(section.path) + ".*");
}

}  // namespace

void Settings::set_defaults() {
  for (const Field& field : fields()) {
    if (field.path.find('*') != std::string_view::npos || is_required(field)) continue;
    const std::string path(field.path);
    const std::string fallback(field.fallback);
    if (is_list(field)) {
      set_list(field, path, {fallback}, {Place{}}, {});
    } else {
      set(field, path, fallback, {});
    }
  }
  for (const Section& section : sections()) {
    for (const std::string& name : default_names(section)) add_name(section, name, {});
  }
}

void Settings::add_name(const Section& section, const std::string& name, const Place& place) {
  names_[std::string(section.path)].push_back(name);
  places_[std::string(section.path) + "." + name] = place;
  for (const Field& field : fields()) {
    if (!is_below(field, section)) continue;
    const std::string path = with_name(field, name);
    const auto named = std::ranges::find(named_defaults(), path, &NamedDefault::path);
    if (named != named_defaults().end() && is_list(field)) {
      set_list(field, path, named->value, std::vector<Place>(named->value.size()), {});
    } else if (named != named_defaults().end()) {
      set(field, path, named->value.front(), {});
    } else if (!is_list(field)) {
      set(field, path, std::string(field.fallback), {});
    }
  }
}

void Settings::set(const Field& field, const std::string& path, const std::string& text, const Place& place) {
  places_[path] = place;
  const Result<std::string> expanded = expand(text, environment_);
  if (!expanded) return report(place, path, expanded.error().message);
  const std::optional<Value> value = parse_value(field, *expanded);
  // The text as written, not as expanded: what came from a variable may be a secret.
  if (!value) return report(place, path, "expected " + expectation(field) + ", found " + quote(text));
  field.assign(config_, name_in(field, path), *value);
}

void Settings::set_list(const Field& field, const std::string& path, const std::vector<std::string>& texts,
                        const std::vector<Place>& item_places, const Place& place) {
  places_[path] = place;
  if (texts.size() < field.min || texts.size() > field.max) {
    return report(place, path, "expected " + expectation(field) + ", found " + std::to_string(texts.size()));
  }
  std::vector<std::string> values;
  for (std::size_t index = 0; index < texts.size(); ++index) {
    const std::string item_path = path + "[" + std::to_string(index) + "]";
    places_[item_path] = item_places[index];
    const Result<std::string> expanded = expand(texts[index], environment_);
    if (!expanded) {
      report(item_places[index], item_path, expanded.error().message);
    } else {
      values.push_back(*expanded);
    }
  }
  field.assign(config_, name_in(field, path), values);
}

void Settings::report(const Place& place, const std::string& path, std::string message) {
  problems_.push_back({place, path, std::move(message)});
}

void Settings::require_all() {
  for (const auto& [path, field] : concrete_fields()) {
    if (is_set(path)) continue;
    report(place_of(path), path, "missing; expected " + expectation(*field));
  }
}

Place Settings::place_of(std::string path) const {
  while (!path.empty()) {
    const auto found = places_.find(path);
    if (found != places_.end()) return found->second;
    const std::size_t cut = path.find_last_of(".[");
    path.resize(cut == std::string::npos ? 0 : cut);
  }
  return {};
}

std::vector<std::pair<std::string, const Field*>> Settings::concrete_fields() const {
  std::vector<std::pair<std::string, const Field*>> result;
  for (const Field& field : fields()) {
    if (field.path.find('*') == std::string_view::npos) result.emplace_back(field.path, &field);
    for (const auto& [section_path, names] : names_) {
      if (!is_below(field, *find_section(section_path))) continue;
      for (const std::string& name : names) result.emplace_back(with_name(field, name), &field);
    }
  }
  return result;
}

bool Settings::has_name(const Section& section, const std::string& name) const {
  const auto names = names_.find(std::string(section.path));
  return names != names_.end() && std::ranges::find(names->second, name) != names->second.end();
}

}  // namespace fanfare::runtime
