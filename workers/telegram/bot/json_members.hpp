#pragma once
// Members of JSON from outside as values, each within a bound or not there. Functions; any thread. Includes all of
// nlohmann/json, so include it in sources only.

#include <cstddef>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace fanfare::workers::telegram::bot {

/// Null for what is no object or has no such member.
inline const nlohmann::json& member(const nlohmann::json& object, const char* name) {
  static const nlohmann::json nothing;
  if (!object.is_object()) return nothing;
  const auto found = object.find(name);
  return found == object.end() ? nothing : *found;
}

inline std::optional<std::int64_t> integer(const nlohmann::json& object, const char* name) {
  const nlohmann::json& value = member(object, name);
  std::optional<std::int64_t> number;
  if (value.is_number_unsigned()) {
    const auto natural = value.get<std::uint64_t>();
    if (natural <= std::uint64_t{std::numeric_limits<std::int64_t>::max()}) {
      number = static_cast<std::int64_t>(natural);
    }
  } else if (value.is_number_integer()) {
    number = value.get<std::int64_t>();
  }
  return number;
}

/// Empty where it is missing, no text, or longer than `most` bytes.
inline std::string text(const nlohmann::json& object, const char* name, std::size_t most) {
  const nlohmann::json& value = member(object, name);
  if (!value.is_string()) return {};
  const auto& string = value.get_ref<const std::string&>();
  return string.size() <= most ? string : std::string();
}

inline bool flag(const nlohmann::json& object, const char* name) {
  const nlohmann::json& value = member(object, name);
  return value.is_boolean() && value.get<bool>();
}

}  // namespace fanfare::workers::telegram::bot
