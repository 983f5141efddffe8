#include "runtime/config/file_walk.hpp"

#include <algorithm>
#include <map>
#include <sstream>

#include "runtime/config/value.hpp"
#include "runtime/text/escape.hpp"
#include "runtime/text/suggest.hpp"

namespace fanfare::runtime {
namespace {

std::string joined(const std::string& path, std::string_view key) {
  return path.empty() ? std::string(key) : path + "." + std::string(key);
}

/// The keys that the table has directly below `pattern`.
std::vector<std::string> keys_below(const std::string& pattern) {
  std::vector<std::string> keys;
  const std::string prefix = pattern.empty() ? "" : pattern + ".";
  for (const Field& field : fields()) {
    if (!field.path.starts_with(prefix)) continue;
    const std::string_view rest = field.path.substr(prefix.size());
    std::string key(rest.substr(0, rest.find('.')));
    if (std::ranges::find(keys, key) == keys.end()) keys.push_back(std::move(key));
  }
  return keys;
}

std::string listed(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : ", ") + word;
  return text;
}

bool is_name(std::string_view text) {
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  return !text.empty() && text.size() <= 64 && text.front() != '-' && text.front() != '_' &&
         std::ranges::all_of(text, allowed);
}

std::string kind_of(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::kNull:
      return "nothing";
    case YamlNode::Kind::kScalar:
      return quote(node.text);
    case YamlNode::Kind::kList:
      return "a list";
    case YamlNode::Kind::kMap:
      return "a map";
  }
  return {};
}

class Walk {
 public:
  Walk(const std::string& source, Settings& settings) : source_(source), settings_(settings) {}

  /// `pattern` is `path` with `*` for what the user chose.
  void section(const YamlNode& node, const std::string& path, const std::string& pattern, const Place& place) {
    if (node.kind == YamlNode::Kind::kNull) return;  // all of its keys are commented out
    if (node.kind != YamlNode::Kind::kMap) {
      return settings_.report(
          place, path, "expected a map with the keys " + listed(keys_below(pattern)) + ", found " + kind_of(node));
    }
    std::map<std::string, int> seen;
    for (const YamlEntry& entry : node.entries) {
      const Place key_place = place_of(entry.key);
      if (entry.key.kind != YamlNode::Kind::kScalar) {
        settings_.report(key_place, path, "expected a word as key, found " + kind_of(entry.key));
        continue;
      }
      const auto [first, is_new] = seen.emplace(entry.key.text, entry.key.line);
      const std::string child = joined(path, word_or_quote(entry.key.text));
      if (is_new) {
        key(entry, child, path, pattern);
      } else {
        settings_.report(key_place, child, "given twice, first in line " + std::to_string(first->second));
      }
    }
  }

 private:
  Place place_of(const YamlNode& node) const { return {source_, node.line, node.column}; }

  void key(const YamlEntry& entry, const std::string& path, const std::string& parent, const std::string& pattern) {
    const Place key_place = place_of(entry.key);
    // yaml-cpp marks an absent value where the next thing begins: its key is the better place.
    const Place place = entry.value.kind == YamlNode::Kind::kNull ? key_place : place_of(entry.value);
    const Section* names = find_section(pattern);
    if (names != nullptr && !names->names.empty()) return named(entry, path, *names, place);
    // The table's paths are joined by dots and have stars, which no key may use to reach further down.
    if (entry.key.text.find_first_of(".*") != std::string::npos) return unknown(entry.key, path, parent, pattern);
    const std::string child_pattern = joined(pattern, entry.key.text);
    if (const Field* found = find_field(child_pattern)) return field(*found, entry.value, path, place);
    if (find_section(child_pattern) != nullptr) return section(entry.value, path, child_pattern, place);
    unknown(entry.key, path, parent, pattern);
  }

  void named(const YamlEntry& entry, const std::string& path, const Section& names, const Place& place) {
    const std::string& name = entry.key.text;
    if (!is_name(name)) {
      return settings_.report(place_of(entry.key), path,
                              "expected the name of a " + std::string(names.names) +
                                  ": a lower-case letter or digit, then those, - and _, at most 64");
    }
    if (!settings_.has_name(names, name)) settings_.add_name(names, name, place_of(entry.key));
    section(entry.value, path, std::string(names.path) + ".*", place);
  }

  void field(const Field& field, const YamlNode& node, const std::string& path, const Place& place) {
    if (field.kind == Kind::kCommand && node.kind == YamlNode::Kind::kScalar) return words(field, node, path, place);
    if (is_list(field)) return list(field, node, path, place);
    // A number or boolean in quotes is a text; one that a variable fills in has to be quoted.
    const bool wants_plain = field.kind == Kind::kInteger || field.kind == Kind::kBoolean;
    const bool is_text = node.is_quoted && wants_plain && node.text.find("${") == std::string::npos;
    if (node.kind != YamlNode::Kind::kScalar || is_text) {
      return settings_.report(
          place, path, "expected " + expectation(field) + ", found " + kind_of(node) + (is_text ? " in quotes" : ""));
    }
    settings_.set(field, path, node.text, place);
  }

  void list(const Field& field, const YamlNode& node, const std::string& path, const Place& place) {
    if (node.kind != YamlNode::Kind::kList) {
      settings_.mark_given(path, place);
      return settings_.report(place, path, "expected " + expectation(field) + ", found " + kind_of(node));
    }
    std::vector<std::string> texts;
    std::vector<Place> places;
    for (const YamlNode& item : node.items) {
      if (item.kind != YamlNode::Kind::kScalar) {
        settings_.report(place_of(item), path + "[" + std::to_string(texts.size()) + "]",
                         "expected a text, found " + kind_of(item));
      }
      texts.push_back(item.text);
      places.push_back(place_of(item));
    }
    settings_.set_list(field, path, texts, places, place);
  }

  /// Split before variables are filled in, so that what they hold stays one argument.
  void words(const Field& field, const YamlNode& node, const std::string& path, const Place& place) {
    std::vector<std::string> texts;
    std::istringstream source(node.text);
    for (std::string word; source >> word;) texts.push_back(word);
    settings_.set_list(field, path, texts, std::vector<Place>(texts.size(), place), place);
  }

  void unknown(const YamlNode& key, const std::string& path, const std::string& parent, const std::string& pattern) {
    const std::vector<std::string> known = keys_below(pattern);
    const auto meant = closest(key.text, known);
    settings_.report(place_of(key), path,
                     meant ? "unknown key, did you mean \"" + *meant + "\"?"
                           : "unknown key; " + (parent.empty() ? "the top level" : parent) + " has " + listed(known));
  }

  const std::string& source_;
  Settings& settings_;
};

}  // namespace

void apply_file(const YamlNode& root, const std::string& source, Settings& settings) {
  Walk(source, settings).section(root, "", "", {source, root.line, root.column});
}

}  // namespace fanfare::runtime
