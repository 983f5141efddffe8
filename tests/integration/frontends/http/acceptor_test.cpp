// Server and Pistache's transport over real sockets, with routes that only these tests have.
#include "frontends/http/pistache/acceptor.hpp"

#include <gtest/gtest.h>

#include <condition_variable>
#include <mutex>
#include <sstream>
#include <thread>
#include <vector>

#include "frontends/http/server/server.hpp"
#include "tests/integration/frontends/http/client.hpp"
#include "tests/support/eventually.hpp"

namespace fanfare::frontends::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const std::string kHello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";
const std::string kBig = "GET /big HTTP/1.1\r\nHost: a\r\n\r\n";
constexpr std::size_t kBigSize = 20'000'000;

/// A door that handlers wait at.
class Gate {
 public:
  void open() {
    {
      const std::lock_guard lock(mutex_);
      is_open_ = true;
    }
    changed_.notify_all();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait_for(lock, test::patient(seconds(20)), [this] { return is_open_; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_open_ = false;
};

class AcceptorTest : public testing::Test {
 protected:
  void start(const ServerLimits& limits = {}) {
    Router router;
    router.add({"GET", "/hello", Lane::kLocal, [](const Request&) { return make_reply(200, "text/plain", "hi"); }});
    router.add({"POST", "/echo", Lane::kLocal,
                [](const Request& request) { return make_reply(200, "text/plain", "<" + request.body + ">"); }});
    router.add(
        {"GET", "/throw", Lane::kLocal, [](const Request&) -> Reply { throw std::runtime_error("on purpose"); }});
    router.add(
        {"GET", "/big", Lane::kLocal,
         [body = std::make_shared<const std::string>(kBigSize, 'x')](const Request&) { return Reply{.body = body}; }});
    router.add({"GET", "/wait", Lane::kService, [this](const Request&) {
                  gate_.wait();
                  return make_reply(200, "text/plain", "waited");
                }});
    server_.emplace(std::move(router), limits, log_);
    acceptor_.emplace(*server_);
    const auto started = acceptor_->start("127.0.0.1", 0);
    ASSERT_TRUE(started) << started.error().message;
  }

  ~AcceptorTest() override {
    gate_.open();
    if (acceptor_) acceptor_->stop();
    if (server_) server_->drain(std::chrono::steady_clock::now());
  }

  Client connect() const { return Client(acceptor_->port()); }

  void expect_it_answers() const {
    Client client = connect();
    client.send(kHello);
    EXPECT_TRUE(client.receive_until("\r\n\r\nhi", seconds(2)).starts_with("HTTP/1.1 200 OK\r\n"));
  }

  std::ostringstream log_text_;
  runtime::Logger log_{runtime::LogConfig{}, "http", log_text_};
  Gate gate_;
  std::optional<Server> server_;
  std::optional<pistache::Acceptor> acceptor_;
};

TEST_F(AcceptorTest, AnswersRequestsOnOneConnectionOneAfterTheOther) {
  start();
  Client client = connect();
  client.send(kHello);
  EXPECT_NE(client.receive_until("hi").find("keep-alive"), std::string::npos);
  client.send(kHello + "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc" + kHello);
  const std::string text = client.receive_until("\r\n\r\n<abc>HTTP/1.1 200");
  EXPECT_NE(text.find("\r\n\r\nhiHTTP/1.1 200"), std::string::npos);
}

TEST_F(AcceptorTest, APortThatIsTakenIsNamedWithWhatToDo) {
  start();
  pistache::Acceptor second(*server_);
  const auto started = second.start("127.0.0.1", acceptor_->port());
  ASSERT_FALSE(started);
  EXPECT_TRUE(started.error().message.starts_with("address in use: 127.0.0.1:" + std::to_string(acceptor_->port())));
  EXPECT_NE(started.error().message.find("frontends.http.listen"), std::string::npos);
}

TEST_F(AcceptorTest, AnExceptionOfAHandlerIsAnInternalErrorThatTellsNothing) {
  start();
  Client client = connect();
  client.send("GET /throw HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string text = client.receive_until("\"retry\"");
  EXPECT_TRUE(text.starts_with("HTTP/1.1 500 "));
  EXPECT_EQ(text.find("on purpose"), std::string::npos);
}

TEST_F(AcceptorTest, ReadersThatDoNotReadHoldUpNobody) {
  start();
  std::vector<Client> slow;
  for (int count = 0; count < 20; ++count) {
    slow.emplace_back(acceptor_->port(), "127.0.0.1", 4096);
    slow.back().send(kBig);
  }
  for (int count = 0; count < 5; ++count) expect_it_answers();
}

TEST_F(AcceptorTest, AReplyManyTimesTheSendBufferArrivesWhole) {
  start();
  Client client = connect();
  client.send("GET /big HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string text = client.receive_all(seconds(20));
  EXPECT_TRUE(client.has_ended());
  EXPECT_EQ(text.size() - text.find("\r\n\r\n") - 4, kBigSize);
}

TEST_F(AcceptorTest, AReaderThatStaysTooSlowIsCutOff) {
  start({.write_timeout = milliseconds(100) - seconds(kBigSize / kSlowestReader)});
  Client client(acceptor_->port(), "127.0.0.1", 4096);
  client.send(kBig);
  ASSERT_TRUE(test::eventually(seconds(5), [&] { return !client.send("x"); }));
}

TEST_F(AcceptorTest, SlowHeadsAndBodiesAreRefusedAndTheRestOfTheWorldGoesOn) {
  start({.head_timeout = milliseconds(300), .body_timeout = milliseconds(300), .linger_timeout = milliseconds(100)});
  Client head = connect();
  Client body = connect();
  head.send("GET /hello HTTP/1.1\r\nX-A");
  body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\nabc");
  expect_it_answers();
  EXPECT_TRUE(head.receive_all().starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(body.receive_all().starts_with("HTTP/1.1 408 "));
  EXPECT_TRUE(head.has_ended() && body.has_ended());
}

TEST_F(AcceptorTest, ASilentConnectionIsClosed) {
  start({.head_timeout = milliseconds(200)});
  Client client = connect();
  EXPECT_EQ(client.receive_all(), "");
  EXPECT_TRUE(client.has_ended());
}

TEST_F(AcceptorTest, AHalfClosedClientGetsItsReply) {
  start();
  Client client = connect();
  client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  client.send_nothing_more();
  expect_it_answers();
  gate_.open();
  EXPECT_TRUE(client.receive_all().ends_with("waited"));
  EXPECT_TRUE(client.has_ended());
}

TEST_F(AcceptorTest, AClientThatAbortsWhileItIsAnsweredCostsNothing) {
  start();
  for (int count = 0; count < 50; ++count) {
    Client client = connect();
    client.send(count % 2 == 0 ? "GET /wait HTTP/1.1\r\nHost: a\r\n\r\n" : kBig);
    client.abort();
  }
  gate_.open();
  expect_it_answers();
}

TEST_F(AcceptorTest, ARefusalIsReadEvenIfTheClientGoesOnSending) {
  start();
  Client client = connect();
  client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + std::string(200000, 'b') + kHello);
  const std::string text = client.receive_all();
  EXPECT_TRUE(text.starts_with("HTTP/1.1 413 ")) << text.substr(0, 100);
  EXPECT_EQ(text.find("HTTP/1.1", 1), std::string::npos);
  EXPECT_TRUE(client.has_ended());
}

TEST_F(AcceptorTest, WhoFloodsWhileARequestIsAnsweredIsCutOff) {
  start();
  Client client = connect();
  client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string flood(100'000, 'x');
  EXPECT_TRUE(test::eventually(seconds(5), [&] { return !client.send(flood); }));
  expect_it_answers();
}

TEST_F(AcceptorTest, ServiceRoutesThatHangDoNotHoldUpTheOthers) {
  start({.service_threads = 2, .queue = 4});
  std::vector<Client> hanging;
  for (int count = 0; count < 6; ++count) {
    hanging.push_back(connect());
    hanging.back().send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  expect_it_answers();
  // Two run, four wait: the next is told to come back.
  EXPECT_TRUE(test::eventually(seconds(5), [&] {
    Client client = connect();
    client.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    return client.receive_until("\r\n\r\n", milliseconds(200)).starts_with("HTTP/1.1 503 ");
  }));
}

TEST_F(AcceptorTest, FullOfIdleConnectionsItStillTakesNewOnes) {
  start({.connections = 10});
  std::vector<Client> idle;
  for (int count = 0; count < 50; ++count) idle.push_back(connect());
  expect_it_answers();
}

TEST_F(AcceptorTest, OneAddressDoesNotGetAllConnections) {
  start({.connections_per_address = 3});
  std::vector<Client> clients;
  for (int count = 0; count < 3; ++count) {
    clients.emplace_back(acceptor_->port(), "127.0.0.9");
    clients.back().send(kHello);
    EXPECT_TRUE(clients.back().receive_until("hi").ends_with("hi"));
  }
  Client refused(acceptor_->port(), "127.0.0.9");
  EXPECT_EQ(refused.receive_all(), "");
  EXPECT_TRUE(refused.has_ended());
  expect_it_answers();
}

TEST_F(AcceptorTest, DrainAnswersWhatWasReceivedAndClosesTheRest) {
  start();
  Client idle = connect();
  Client busy = connect();
  idle.send(kHello);
  idle.receive_until("hi");
  busy.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  expect_it_answers();  // the request above was read before this one
  acceptor_->stop();
  std::jthread drain([this] { server_->drain(std::chrono::steady_clock::now() + test::patient(seconds(5))); });
  EXPECT_EQ(idle.receive_all(), "");
  EXPECT_TRUE(idle.has_ended());
  gate_.open();
  EXPECT_TRUE(busy.receive_all().ends_with("Connection: close\r\n\r\nwaited"));
}

}  // namespace
}  // namespace fanfare::frontends::http
