#include "workers/store/postgres/postgres_settings.hpp"

#include <libpq-fe.h>

#include <map>
#include <memory>
#include <string_view>
#include <utility>

namespace fanfare::workers::store {
namespace {

using runtime::Error;
using runtime::Result;
using Options = std::map<std::string, std::string>;

struct FreeOptions {
  void operator()(PQconninfoOption* options) const { PQconninfoFree(options); }
};
using OwnedOptions = std::unique_ptr<PQconninfoOption, FreeOptions>;

/// What the user may set otherwise in the URL. A server that is gone without a word is given up after as long as one
/// that does not answer.
const Options kOurs = {
    {"application_name", "fanfare"}, {"connect_timeout", "2"},  {"keepalives_idle", "10"},
    {"keepalives_interval", "5"},    {"keepalives_count", "3"},
};

Options to_map(const PQconninfoOption* option) {
  Options options;
  for (; option->keyword != nullptr; ++option) {
    if (option->val != nullptr) options[option->keyword] = option->val;
  }
  return options;
}

/// PostgreSQL 15 documentation, 34.1.1.1.
std::string quoted(std::string_view value) {
  std::string text = "'";
  for (const char c : value) {
    if (c == '\'' || c == '\\') text += '\\';
    text += c;
  }
  return text + "'";
}

/// After the defaults and PG* of the environment.
std::string describe(const Options& given) {
  const OwnedOptions usual(PQconndefaults());
  Options all = given;
  if (usual) all.merge(to_map(usual.get()));
  const std::string host = all["host"].empty() ? all["hostaddr"] : all["host"];
  const std::string name = all["dbname"].empty() ? all["user"] : all["dbname"];
  return all["user"] + "@" + (host.empty() ? "local" : host) + ":" + all["port"] + "/" + name;
}

}  // namespace

Result<PostgresSettings> read_postgres_url(const std::string& url) {
  if (!url.starts_with("postgres://") && !url.starts_with("postgresql://")) {
    // It may hold a password, so it is not repeated.
    return Error{"must be postgresql://USER:PASSWORD@HOST:PORT/NAME, or empty for SQLite in data_dir"};
  }
  char* problem = nullptr;
  const OwnedOptions parsed(PQconninfoParse(url.c_str(), &problem));
  const std::unique_ptr<char, void (*)(void*)> owned(problem, PQfreemem);
  if (!parsed) {
    // What libpq says repeats the URL.
    return Error{
        "is no PostgreSQL URL: look for characters in user, password or name that need %XX, and for options "
        "that PostgreSQL does not know"};
  }
  Options options = to_map(parsed.get());
  std::string description = describe(options);
  options.insert(kOurs.begin(), kOurs.end());
  options["client_encoding"] = "UTF8";
  std::string connection;
  for (const auto& [name, value] : options) {
    connection.append(connection.empty() ? "" : " ").append(name).append("=").append(quoted(value));
  }
  return PostgresSettings{std::move(connection), std::move(description)};
}

}  // namespace fanfare::workers::store
