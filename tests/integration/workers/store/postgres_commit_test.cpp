// A commit without an answer: whether it was one is found out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <csignal>
#include <functional>
#include <pqxx/connection>
#include <pqxx/nontransaction>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/eventually.hpp"
#include "tests/support/postgres.hpp"
#include "tests/support/served_port.hpp"
#include "workers/store/postgres/postgres_session.hpp"

namespace fanfare::workers::store {
namespace {

using fanfare::test::patient;
using fanfare::test::PostgresTestDatabase;
using runtime::Result;
using std::chrono::seconds;
using testing::HasSubstr;

sockaddr_in loopback(int port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  return address;
}

/// Stands between a client and PostgreSQL; takes the answer to the first COMMIT for itself, or does something instead
/// of passing it on, and hangs up.
class CommitEater {
 public:
  explicit CommitEater(int server_port, std::function<void()> instead = {})
      : server_port_(server_port), instead_(std::move(instead)) {
    sockaddr_in address = loopback(0);
    socklen_t size = sizeof address;
    if (::bind(listener_, reinterpret_cast<sockaddr*>(&address), size) != 0 || ::listen(listener_, 8) != 0 ||
        ::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
      ADD_FAILURE() << "no listener";
    }
    port_ = ntohs(address.sin_port);
    acceptor_ = std::thread([this] { accept_all(); });
  }
  ~CommitEater() {
    is_over_ = true;
    ::shutdown(listener_, SHUT_RDWR);
    acceptor_.join();
    for (std::thread& passage : passages_) passage.join();
    ::close(listener_);
  }
  CommitEater(const CommitEater&) = delete;
  CommitEater& operator=(const CommitEater&) = delete;

  [[nodiscard]] int port() const { return port_; }
  [[nodiscard]] bool has_eaten() const { return has_eaten_; }

 private:
  void accept_all() {
    while (true) {
      const int client = ::accept(listener_, nullptr, nullptr);
      if (client < 0) return;
      passages_.emplace_back([this, client] { pass(client); });
    }
  }

  void pass(int client) {
    const int server = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const sockaddr_in address = loopback(server_port_);
    bool goes_on = ::connect(server, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0;
    bool is_committing = false;
    while (goes_on && !is_over_) {
      std::array<pollfd, 2> sockets = {{{client, POLLIN, 0}, {server, POLLIN, 0}}};
      constexpr int kLook = 20;
      ::poll(sockets.data(), sockets.size(), kLook);
      if (sockets[0].revents != 0) {
        const std::string bytes = receive(client);
        is_committing = is_committing || (!has_eaten_ && bytes.find("COMMIT") != std::string::npos);
        if (is_committing && instead_) {
          has_eaten_ = true;
          instead_();
          break;
        }
        goes_on = !bytes.empty() && send(server, bytes);
      }
      if (goes_on && sockets[1].revents != 0) {
        const std::string bytes = receive(server);
        if (is_committing) has_eaten_ = true;
        goes_on = !bytes.empty() && !is_committing && send(client, bytes);
      }
    }
    ::close(client);
    ::close(server);
  }

  static std::string receive(int socket) {
    std::array<char, 8192> bytes{};
    const auto count = ::recv(socket, bytes.data(), bytes.size(), 0);
    return count <= 0 ? std::string() : std::string(bytes.data(), static_cast<std::size_t>(count));
  }
  static bool send(int socket, const std::string& bytes) {
    return ::send(socket, bytes.data(), bytes.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(bytes.size());
  }

  const int server_port_;
  const std::function<void()> instead_;
  const int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int port_ = 0;
  std::atomic<bool> is_over_ = false;
  std::atomic<bool> has_eaten_ = false;
  std::vector<std::thread> passages_;  // the acceptor's until it has ended
  std::thread acceptor_;
};

/// The server of this file alone, which is crashed; its databases are those that PostgreSQL begins with.
class CrashingServer {
 public:
  CrashingServer() {
    // Only a commit writes to the log of changes: so what was not committed is lost with a crash.
    ask("ALTER SYSTEM SET wal_writer_delay = '10s'");
    ask("SELECT pg_reload_conf()");
    ask("CREATE TABLE transaction_mark (writer uuid PRIMARY KEY, number bigint NOT NULL, at bigint NOT NULL)");
    ask("CREATE TABLE thing (id integer PRIMARY KEY)");
  }

  [[nodiscard]] std::string url(int port) const {
    return "postgresql://fanfare@127.0.0.1:" + std::to_string(port) + "/postgres";
  }
  [[nodiscard]] int port() const { return std::stoi(served_.port()); }

  std::string ask(const std::string& sql) const {
    pqxx::connection connection(url(port()));
    const auto rows = pqxx::nontransaction(connection).exec(sql);
    return rows.empty() ? std::string() : rows[0][0].c_str();
  }

  /// As if a process of the server had met a defect: it cuts all connections and recovers.
  void crash(int backend) const {
    ASSERT_EQ(::kill(backend, SIGKILL), 0);
    ASSERT_TRUE(test::eventually(patient(seconds(30)), [this] {
      try {
        return ask("SELECT 1") == "1";
      } catch (const pqxx::failure&) {
        return false;
      }
    }));
  }

 private:
  const test::ServedPort served_{"postgres.py serve"};
};

class PostgresCommit : public testing::Test {
 protected:
  PostgresCommit() { database.execute("CREATE TABLE thing (id integer PRIMARY KEY)"); }

  static Result<void> insert(const std::string& url) {
    PostgresPool pool(read_postgres_url(url).value(), {.size = 2, .patience = patient(seconds(2))});
    PostgresSession session(pool);
    return session.write([](PostgresTransaction& transaction) -> Result<void> {
      transaction.execute("INSERT INTO thing (id) VALUES ($1)", 1);
      return {};
    });
  }

  const PostgresTestDatabase database;
};

TEST_F(PostgresCommit, WhoseAnswerIsLostIsAskedFor) {
  const std::string& url = database.url();
  const std::size_t port = url.rfind(':') + 1;
  const std::size_t name = url.find('/', port);
  CommitEater eater(std::stoi(url.substr(port, name - port)));
  const Result<void> done = insert(url.substr(0, port) + std::to_string(eater.port()) + url.substr(name));
  EXPECT_TRUE(eater.has_eaten());
  EXPECT_TRUE(done) << done.error().message;
  EXPECT_EQ(database.value("SELECT count(*) FROM thing"), "1");
}

TEST_F(PostgresCommit, ThatTheServerNeverMadeIsAnErrorThatSaysSo) {
  database.execute(
      "CREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS"
      " $$ BEGIN PERFORM pg_terminate_backend(pg_backend_pid()); RETURN NULL; END $$;"
      "CREATE CONSTRAINT TRIGGER at_commit AFTER INSERT ON thing DEFERRABLE INITIALLY DEFERRED"
      " FOR EACH ROW EXECUTE FUNCTION die()");
  const Result<void> done = insert(database.url());
  ASSERT_TRUE(done.has_error());
  EXPECT_THAT(done.error().message, HasSubstr("nothing was done"));
  EXPECT_EQ(database.value("SELECT count(*) FROM thing"), "0");
}

/// A transaction whose number was not on the disk when the server crashed; the next one gets that number.
TEST_F(PostgresCommit, OfAnotherTransactionIsNotTakenForIt) {
  const CrashingServer server;
  bool is_number_used_again = false;
  int id = 0;
  for (int attempt = 1; attempt <= 5 && !is_number_used_again; ++attempt) {
    std::string number;
    int backend = 0;
    CommitEater eater(server.port(), [&] {
      server.crash(backend);
      is_number_used_again = server.ask("SELECT pg_current_xact_id()::text") == number;
    });
    PostgresPool pool(read_postgres_url(server.url(eater.port())).value(),
                      {.size = 2, .patience = patient(seconds(2))});
    PostgresSession session(pool);
    const Result<void> done = session.write([&](PostgresTransaction& transaction) -> Result<void> {
      transaction.execute("INSERT INTO thing (id) VALUES ($1)", ++id);
      number = text_in(transaction.execute("SELECT pg_current_xact_id()::text")[0][0]);
      backend = transaction.execute("SELECT pg_backend_pid()")[0][0].as<int>();
      return {};
    });
    ASSERT_TRUE(eater.has_eaten());
    ASSERT_TRUE(done.has_error());
    EXPECT_THAT(done.error().message, HasSubstr("nothing was done"));
  }
  EXPECT_TRUE(is_number_used_again);
  EXPECT_EQ(server.ask("SELECT count(*) FROM thing"), "0");
}

}  // namespace
}  // namespace fanfare::workers::store
