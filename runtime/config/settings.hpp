#pragma once
// Collects settings into a Config while it is being read, remembers where each came from and what was wrong with it.
// Used by one reader at a time, on its thread.

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "runtime/config/environment.hpp"
#include "runtime/config/field.hpp"
#include "runtime/config/fields.hpp"
#include "runtime/config/problems.hpp"

namespace fanfare::runtime {

class Settings {
 public:
  explicit Settings(const Environment& environment) : environment_(environment) {}

  /// Gives every field its default: those without a user-chosen name, and those of the built-in names.
  void set_defaults();

  /// Gives the `*` fields below a new name their defaults.
  void add_name(const Section& section, const std::string& name, const Place& place);

  /// Expands ${…} in `text`, parses and stores it, or reports what was expected.
  void set(const Field& field, const std::string& path, const std::string& text, const Place& place);
  void set_list(const Field& field, const std::string& path, const std::vector<std::string>& texts,
                const std::vector<Place>& item_places, const Place& place);

  void report(const Place& place, const std::string& path, std::string message);

  /// Remembers that the key was given, though not usably, so that it isn't reported as missing too.
  void mark_given(const std::string& path, const Place& place) { places_[path] = place; }

  /// Reports lists that have no default and were not given.
  void require_all();

  /// Where the value at `path` was given, or what holds it.
  Place place_of(std::string path) const;

  /// Each concrete path of a field with its field, for the names known so far.
  std::vector<std::pair<std::string, const Field*>> concrete_fields() const;

  bool has_name(const Section& section, const std::string& name) const;
  const Config& config() const { return config_; }
  std::vector<Problem>& problems() { return problems_; }

 private:
  bool is_set(const std::string& path) const { return places_.contains(path); }

  const Environment& environment_;
  Config config_;
  std::map<std::string, Place> places_;
  std::map<std::string, std::vector<std::string>> names_;  ///< by section
  std::vector<Problem> problems_;
};

}  // namespace fanfare::runtime
