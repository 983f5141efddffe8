#include "workers/store/postgres/postgres_error.hpp"

#include <pqxx/except>

namespace fanfare::workers::store {
namespace {

/// Empty: not from the server. PostgreSQL 15 documentation, appendix A.
std::string_view state_of(const std::exception& failure) {
  const auto* const error = dynamic_cast<const pqxx::sql_error*>(&failure);
  return error == nullptr ? std::string_view() : std::string_view(error->sqlstate());
}

std::string_view advice(const std::exception& failure) {
  const std::string_view state = state_of(failure);
  if (state.starts_with("57P") || is_lost_connection(failure)) {
    if (state == "25006") return "; it only reads (a standby?): add target_session_attrs=read-write to database.url";
    return "; look whether it runs and whether database.url (or PGHOST, PGPORT, PGUSER, PGPASSWORD, PGDATABASE) is "
           "right";
  }
  if (state == "57014") return "; it is slow or stands still, try again later";
  if (is_conflict(failure) || state == "55P03") return "; others were in the way, try again";
  if (state.starts_with("53")) return "; look at the server's disk, memory and max_connections, then try again";
  if (state == "42501") return "; the user of database.url must own the database, or have been granted this";
  if (state == "42P01" || state == "42703" || state == "42883") return "; run `fanfare migrate` first";
  return {};
}

}  // namespace

std::string one_line(std::string_view text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == ' ')) text.remove_suffix(1);
  std::string line;
  for (const char c : text) line += c == '\n' || c == '\t' ? ' ' : c;
  return line;
}

runtime::Error describe_failure(std::string_view database, const std::exception& failure) {
  return {"database ", database, ": ", one_line(failure.what()), advice(failure)};
}

bool is_conflict(const std::exception& failure) {
  return dynamic_cast<const pqxx::transaction_rollback*>(&failure) != nullptr || state_of(failure).starts_with("40");
}

bool is_refusal_of_values(const std::exception& failure) {
  const std::string_view state = state_of(failure);
  return state.starts_with("22") || state.starts_with("23");
}

bool is_lost_connection(const std::exception& failure) {
  const std::string_view state = state_of(failure);
  return dynamic_cast<const pqxx::broken_connection*>(&failure) != nullptr ||
         dynamic_cast<const pqxx::in_doubt_error*>(&failure) != nullptr || state.starts_with("08") ||
         state.starts_with("57P") || state == "25006";
}

}  // namespace fanfare::workers::store
