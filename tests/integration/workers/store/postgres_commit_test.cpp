// A commit without an answer: whether it was one is found out.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "tests/support/eventually.hpp"
#include "tests/support/postgres.hpp"
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

/// Stands between a client and PostgreSQL; takes the answer to the first COMMIT for itself, and hangs up.
class CommitEater {
 public:
  explicit CommitEater(int server_port) : server_port_(server_port) {
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
  const int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  int port_ = 0;
  std::atomic<bool> is_over_ = false;
  std::atomic<bool> has_eaten_ = false;
  std::vector<std::thread> passages_;  // the acceptor's until it has ended
  std::thread acceptor_;
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

  const PostgresTestDatabase database{false};
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

}  // namespace
}  // namespace fanfare::workers::store
