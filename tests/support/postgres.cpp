#include "tests/support/postgres.hpp"

#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <stdexcept>

#include "runtime/config/reader.hpp"
#include "tests/support/served_port.hpp"
#include "workers/store/database.hpp"

namespace fanfare::test {
namespace {

/// What CTest runs for all, or what ends with this process.
class Server {
 public:
  Server() {
    if (const char* const file = std::getenv("FANFARE_TEST_POSTGRES"); file != nullptr) {
      std::ifstream(file) >> port_;
    }
    if (port_.empty()) port_ = own_.emplace("postgres.py serve").port();
  }

  [[nodiscard]] std::string url(const std::string& name) const {
    return "postgresql://fanfare@127.0.0.1:" + port_ + "/" + name;
  }

 private:
  std::string port_;
  std::optional<ServedPort> own_;
};

const Server& server() {
  static const Server only;
  return only;
}

void run(const std::string& url, const std::string& sql) {
  pqxx::connection connection(url);
  pqxx::nontransaction(connection).exec(sql);
}

std::string next_name() {
  static std::atomic<int> count = 0;
  return "test_" + std::to_string(::getpid()) + "_" + std::to_string(++count);
}

/// Made once per server, by whoever comes first.
void need_template() {
  pqxx::connection connection(server().url("postgres"));
  pqxx::nontransaction session(connection);
  session.exec("SELECT pg_advisory_lock(1)");  // until the connection ends
  if (!session.exec("SELECT 1 FROM pg_database WHERE datname = 'migrated' AND datistemplate").empty()) return;
  session.exec("DROP DATABASE IF EXISTS migrated");
  session.exec("CREATE DATABASE migrated");
  runtime::Config config = runtime::default_config();
  config.database.url = server().url("migrated");
  workers::store::Database::open(config).value()->migrate().value();
  session.exec("ALTER DATABASE migrated IS_TEMPLATE true");
}

}  // namespace

PostgresTestDatabase::PostgresTestDatabase(bool migrated) : name_(next_name()), url_(server().url(name_)) {
  if (migrated) need_template();
  run(server().url("postgres"), "CREATE DATABASE " + name_ + " TEMPLATE " + (migrated ? "migrated" : "template0"));
}

PostgresTestDatabase::~PostgresTestDatabase() {
  try {
    run(server().url("postgres"), "DROP DATABASE IF EXISTS " + name_ + " WITH (FORCE)");
  } catch (const std::exception&) {  // the server goes anyway
  }
}

void PostgresTestDatabase::execute(const std::string& sql) const { run(url_, sql); }

std::string PostgresTestDatabase::value(const std::string& sql) const {
  pqxx::connection connection(url_);
  const pqxx::result rows = pqxx::nontransaction(connection).exec(sql);
  return rows.empty() || rows[0][0].is_null() ? std::string() : std::string(rows[0][0].c_str());
}

}  // namespace fanfare::test
