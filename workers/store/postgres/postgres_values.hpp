#pragma once
// How values stand in PostgreSQL: ids as uuid, times as bigint in milliseconds, hashes as bytea, many values of a kind
// as one array. Pure functions; any thread. Promise: what can't stand in a text there (U+0000) is refused here, and
// never cut.

#include <chrono>
#include <concepts>
#include <cstdint>
#include <optional>
#include <pqxx/result>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/fanfare/uuid.hpp"
#include "runtime/crypto/digest.hpp"
#include "workers/common/time_point.hpp"

namespace fanfare::workers::store {

/// Throws a refusal of values (postgres_error.hpp) for a text with U+0000.
[[nodiscard]] std::string to_parameter(std::string_view text);
[[nodiscard]] inline std::string to_parameter(const std::string& text) { return to_parameter(std::string_view(text)); }
[[nodiscard]] inline std::string to_parameter(const char* text) { return to_parameter(std::string_view(text)); }
[[nodiscard]] inline std::string to_parameter(const Uuid& id) { return id.to_string(); }
[[nodiscard]] inline std::int64_t to_parameter(common::TimePoint time) { return time.time_since_epoch().count(); }
/// As text: `$1::bytea`.
[[nodiscard]] std::string to_parameter(std::span<const std::uint8_t> bytes);
[[nodiscard]] inline std::string to_parameter(const runtime::crypto::Digest& hash) {
  return to_parameter(std::span<const std::uint8_t>(hash));
}
[[nodiscard]] inline bool to_parameter(bool value) { return value; }
template <std::integral Number>
[[nodiscard]] std::int64_t to_parameter(Number number) {
  return static_cast<std::int64_t>(number);
}
/// Nothing is NULL.
template <class Value>
[[nodiscard]] auto to_parameter(const std::optional<Value>& value) {
  using Parameter = std::optional<decltype(to_parameter(*value))>;
  return value ? Parameter(to_parameter(*value)) : Parameter();
}
/// As text: `$1::uuid[]`, `$1::bigint[]`, `$1::text[]`.
[[nodiscard]] std::string to_parameter(std::span<const Uuid> ids);
[[nodiscard]] std::string to_parameter(std::span<const std::int64_t> numbers);
[[nodiscard]] std::string to_parameter(std::span<const std::string> texts);
template <class Value>
[[nodiscard]] std::string to_parameter(const std::vector<Value>& values) {
  return to_parameter(std::span<const Value>(values));
}

[[nodiscard]] Uuid id_in(const pqxx::field& field);
[[nodiscard]] common::TimePoint time_in(const pqxx::field& field);
[[nodiscard]] std::uint64_t count_in(const pqxx::field& field);
[[nodiscard]] std::string text_in(const pqxx::field& field);
/// Of a bytea.
[[nodiscard]] std::string bytes_in(const pqxx::field& field);
[[nodiscard]] std::optional<std::string> optional_text_in(const pqxx::field& field);
[[nodiscard]] std::optional<common::TimePoint> optional_time_in(const pqxx::field& field);

}  // namespace fanfare::workers::store
