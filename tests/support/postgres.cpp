#include "tests/support/postgres.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <stdexcept>

#include "runtime/config/reader.hpp"
#include "workers/store/database.hpp"

namespace fanfare::test {
namespace {

/// Only what ends with this process, or is shared with those that CTest runs.
class Server {
 public:
  Server() {
    if (const char* const file = std::getenv("FANFARE_TEST_POSTGRES"); file != nullptr) {
      std::ifstream(file) >> port_;
    }
    if (port_.empty()) serve();
  }
  ~Server() {
    if (pipe_ == nullptr) return;
    ::close(input_);
    ::pclose(pipe_);
  }
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] std::string url(const std::string& name) const {
    return "postgresql://fanfare@127.0.0.1:" + port_ + "/" + name;
  }

 private:
  /// It ends when its standard input does: with a writer that only this process holds.
  void serve() {
    int input[2] = {};
    if (::pipe2(input, O_CLOEXEC) != 0 || ::fcntl(input[0], F_SETFD, 0) != 0) throw std::runtime_error("pipe");
    const std::string command =
        "/usr/bin/python3 '" FANFARE_SOURCE_DIR "/tests/support/postgres.py' serve <&" + std::to_string(input[0]);
    pipe_ = ::popen(command.c_str(), "r");
    ::close(input[0]);
    input_ = input[1];
    std::array<char, 16> line{};
    if (pipe_ == nullptr || std::fgets(line.data(), static_cast<int>(line.size()), pipe_) == nullptr) {
      throw std::runtime_error("no PostgreSQL: " + command);
    }
    port_ = std::to_string(std::atoi(line.data()));
  }

  std::string port_;
  FILE* pipe_ = nullptr;
  int input_ = -1;
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
