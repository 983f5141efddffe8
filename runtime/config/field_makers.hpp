#pragma once
// Short ways to write rows of the configuration table: a function per kind of value, and where the value goes.
// For the sources that hold the table only (fields.cpp, service_fields.cpp). Pure functions.

#include <chrono>
#include <filesystem>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "runtime/config/field.hpp"

namespace fanfare::runtime {

inline constexpr std::uint64_t kKiB = 1024;
inline constexpr std::uint64_t kMiB = 1024 * kKiB;
inline constexpr std::uint64_t kGiB = 1024 * kMiB;
inline constexpr std::uint64_t kTiB = 1024 * kGiB;

template <class T>
void store(T& target, const Value& value) {
  if constexpr (std::is_same_v<T, bool>) {
    target = std::get<bool>(value);
  } else if constexpr (std::is_integral_v<T> || std::is_enum_v<T>) {
    target = static_cast<T>(std::get<std::uint64_t>(value));
  } else if constexpr (std::is_same_v<T, std::filesystem::path>) {
    target = std::get<std::string>(value);
  } else {
    target = std::get<T>(value);
  }
}

/// The member of Config at the end of this way: into(&Config::log, &LogConfig::level).
template <class... Members>
Assign into(Members... members) {
  return [=](Config& config, const std::string&, const Value& value) { store((config.*....*members), value); };
}

inline std::uint64_t ms(std::chrono::milliseconds duration) { return static_cast<std::uint64_t>(duration.count()); }

inline Field bytes(std::string_view path, std::string_view fallback, std::uint64_t min, std::uint64_t max,
                   Assign assign, std::string_view description) {
  return {path, Kind::kBytes, fallback, description, std::move(assign), min, max};
}

inline Field count(std::string_view path, std::string_view fallback, std::uint64_t min, std::uint64_t max,
                   Assign assign, std::string_view description) {
  return {path, Kind::kInteger, fallback, description, std::move(assign), min, max};
}

inline Field duration(std::string_view path, std::string_view fallback, std::chrono::milliseconds min,
                      std::chrono::milliseconds max, Assign assign, std::string_view description) {
  return {path, Kind::kDuration, fallback, description, std::move(assign), ms(min), ms(max)};
}

/// The order of `choices` is the order of the enum's values.
inline Field choice(std::string_view path, std::string_view fallback, std::vector<std::string_view> choices,
                    Assign assign, std::string_view description) {
  return {path, Kind::kChoice, fallback, description, std::move(assign), 0, UINT64_MAX, std::move(choices)};
}

inline Field boolean(std::string_view path, std::string_view fallback, Assign assign, std::string_view description) {
  return {path, Kind::kBoolean, fallback, description, std::move(assign)};
}

/// The rows of the front-ends, workers and plug-ins; they stand between the streams' and the log's.
std::vector<Field> service_fields();

}  // namespace fanfare::runtime
