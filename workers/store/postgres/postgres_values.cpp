#include "workers/store/postgres/postgres_values.hpp"

#include <array>
#include <pqxx/binarystring>
#include <pqxx/except>

namespace fanfare::workers::store {
namespace {

/// Elements of an array's text (PostgreSQL 15 documentation, 8.15.6).
template <class Values, class Write>
std::string array_of(const Values& values, const Write& write) {
  std::string text = "{";
  for (const auto& value : values) {
    if (text.size() > 1) text += ',';
    write(text, value);
  }
  return text + "}";
}

}  // namespace

std::string to_parameter(std::string_view text) {
  if (text.find('\0') != std::string_view::npos) {
    throw pqxx::sql_error("a text with U+0000 can't be stored", "", "22021");
  }
  return std::string(text);
}

std::string to_parameter(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string text = "\\x";
  for (const std::uint8_t byte : bytes) {
    text += kDigits[byte >> 4U];
    text += kDigits[byte & 0xfU];
  }
  return text;
}

std::string to_parameter(std::span<const Uuid> ids) {
  return array_of(ids, [](std::string& text, const Uuid& id) { text += id.to_string(); });
}

std::string to_parameter(std::span<const std::int64_t> numbers) {
  return array_of(numbers, [](std::string& text, std::int64_t number) { text += std::to_string(number); });
}

std::string to_parameter(std::span<const std::string> texts) {
  return array_of(texts, [](std::string& text, const std::string& value) {
    text += '"';
    for (const char c : to_parameter(value)) {
      if (c == '"' || c == '\\') text += '\\';
      text += c;
    }
    text += '"';
  });
}

Uuid id_in(const pqxx::field& field) {
  const auto id = Uuid::parse(field.c_str());
  if (!id) throw pqxx::failure(std::string(field.name()) + " holds no UUID");
  return *id;
}

common::TimePoint time_in(const pqxx::field& field) {
  return common::TimePoint(std::chrono::milliseconds(field.as<std::int64_t>()));
}

std::uint64_t count_in(const pqxx::field& field) { return static_cast<std::uint64_t>(field.as<std::int64_t>()); }

std::string text_in(const pqxx::field& field) { return std::string(field.c_str(), field.size()); }

std::string bytes_in(const pqxx::field& field) { return pqxx::binarystring(field).str(); }

std::optional<std::string> optional_text_in(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return text_in(field);
}

std::optional<common::TimePoint> optional_time_in(const pqxx::field& field) {
  if (field.is_null()) return std::nullopt;
  return time_in(field);
}

}  // namespace fanfare::workers::store
