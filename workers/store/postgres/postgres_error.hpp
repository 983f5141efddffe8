#pragma once
// What failures of libpqxx mean: for whoever runs Fanfare, and for the transaction that met them. Pure functions.

#include <exception>
#include <string>
#include <string_view>

#include "runtime/result.hpp"

namespace fanfare::workers::store {

/// libpq ends its messages with a line end, and says several things in lines.
[[nodiscard]] std::string one_line(std::string_view text);

/// Says what to do next; names the database, never a password.
[[nodiscard]] runtime::Error describe_failure(std::string_view database, const std::exception& failure);

/// Two transactions were in each other's way (SQLSTATE class 40): the same may work at once.
[[nodiscard]] bool is_conflict(const std::exception& failure);

/// It fails for these values, whenever and however often it is tried (SQLSTATE classes 22 and 23).
[[nodiscard]] bool is_refusal_of_values(const std::exception& failure);

/// The connection is of no more use, or leads to a server that only reads.
[[nodiscard]] bool is_lost_connection(const std::exception& failure);

}  // namespace fanfare::workers::store
