// What the pool does while nobody can be reached.
#include "workers/store/postgres/postgres_pool.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <thread>

#include "tests/support/eventually.hpp"
#include "tests/support/postgres.hpp"

namespace fanfare::workers::store {
namespace {

using fanfare::test::patient;
using std::chrono::milliseconds;
using std::chrono::seconds;

/// Hangs up on whoever comes, and counts them.
class Unwilling {
 public:
  Unwilling() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(listener_, reinterpret_cast<sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(listener_, 8), 0);
    EXPECT_EQ(::getsockname(listener_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    url_ = "postgresql://me@127.0.0.1:" + std::to_string(ntohs(address.sin_port)) + "/x?sslmode=disable";
    thread_ = std::thread([this] {
      for (int client = accept(); client >= 0; client = accept()) {
        ++count_;
        ::close(client);
      }
    });
  }
  ~Unwilling() {
    ::shutdown(listener_, SHUT_RDWR);
    thread_.join();
    ::close(listener_);
  }
  Unwilling(const Unwilling&) = delete;
  Unwilling& operator=(const Unwilling&) = delete;

  [[nodiscard]] const std::string& url() const { return url_; }
  [[nodiscard]] int count() const { return count_; }

 private:
  int accept() const { return ::accept(listener_, nullptr, nullptr); }

  const int listener_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  std::string url_;
  std::atomic<int> count_ = 0;
  std::thread thread_;
};

TEST(PostgresPool, TriesNowAndThenWhileNobodyCanBeReached) {
  const Unwilling server;
  PostgresPool pool(read_postgres_url(server.url()).value(), {.size = 4, .patience = patient(seconds(1))});
  const auto began = std::chrono::steady_clock::now();
  std::string reason;
  for (int i = 0; i < 50; ++i) {
    const auto lease = pool.take();
    ASSERT_TRUE(lease.has_error());
    if (i == 0) reason = lease.error().message;
    EXPECT_EQ(lease.error().message, reason);
  }
  const auto time = std::chrono::steady_clock::now() - began;
  EXPECT_THAT(reason, testing::HasSubstr("look whether it runs"));
  EXPECT_LE(server.count(), 1 + time / milliseconds(250));
  EXPECT_TRUE(fanfare::test::eventually(seconds(5), [&] {
    (void)pool.take();
    return server.count() > 2;
  })) << "it is tried again";
}

TEST(PostgresPool, OfSeveralHostsTakesTheOneThatWrites) {
  const fanfare::test::PostgresTestDatabase database(false);
  const std::size_t host = database.url().find('@') + 1;
  const std::string url = database.url().substr(0, host) + "127.0.0.1:1," + database.url().substr(host);
  PostgresPool pool(read_postgres_url(url + "?target_session_attrs=read-write").value(), {.size = 1});
  EXPECT_TRUE(pool.take());
  PostgresPool standbys(read_postgres_url(url + "?target_session_attrs=standby").value(), {.size = 1});
  EXPECT_TRUE(standbys.take().has_error());
}

}  // namespace
}  // namespace fanfare::workers::store
