#pragma once
// The broker's rows about itself: maps of texts, of which any key may be missing and more may come. Taking a value out
// of one leaves what is not known here. Pure functions.

#include <fanfare/headers.hpp>
#include <fanfare/message.hpp>

#include <cstdint>
#include <optional>
#include <string>

#include "cli/format/json.hpp"

namespace fanfare::cli {

/// Takes the value of a key out of the row; empty if it is not there.
std::string take(Headers& row, const std::string& key);
/// The same for a whole number.
std::optional<std::uint64_t> take_number(Headers& row, const std::string& key);
/// The same for microseconds since 1970. 0 is none; a time that no year of four digits holds is none either.
std::optional<Timestamp> take_time(Headers& row, const std::string& key);

// For tables: safe for a terminal, "-" where nothing is known.
std::string cell(const std::string& text);
std::string cell(const std::optional<std::uint64_t>& number);
std::string cell(const std::optional<Timestamp>& time);
std::string size_cell(const std::optional<std::uint64_t>& bytes);

template <class T>
Json or_null(const std::optional<T>& value) {
  return value ? Json(*value) : Json();
}

}  // namespace fanfare::cli
