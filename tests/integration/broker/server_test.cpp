// The broker's server over a real socket: what only a transport can do wrong.

#include "broker/server/server.hpp"

#include <gtest/gtest.h>

#include <deque>
#include <future>
#include <sstream>

#include "broker/server/router_socket.hpp"
#include "protocol/record.hpp"
#include "runtime/config/reader.hpp"
#include "tests/integration/broker/raw_peer.hpp"
#include "tests/support/eventually.hpp"
#include "tests/unit/runtime/support/temporary_folder.hpp"

namespace fanfare::broker::server {
namespace {

using namespace std::chrono_literals;
using test::eventually;
using test::patient;
using test::RawPeer;

class Server : public testing::Test {
 protected:
  void SetUp() override {
    config_ = runtime::default_config();
    config_.broker.listen = "ipc://" + (folder_.path() / "broker.sock").string();
    config_.data_dir = folder_.path() / "data";
    server_ = make_server();
    const auto started = server_->start({});
    ASSERT_TRUE(started) << started.error().message;
  }
  void TearDown() override { server_->drain(std::chrono::steady_clock::now() + patient(5s)); }

  std::unique_ptr<broker::server::Server> make_server() {
    return std::make_unique<broker::server::Server>(runtime::ServiceContext{
        config_, {}, log_, metrics_, [this](const std::string& reason) { failures_.push_back(reason); }});
  }

  RawPeer peer(const std::string& routing_id = {}) { return RawPeer(context_, config_.broker.listen, routing_id); }
  RawPeer welcomed() {
    auto made = peer();
    made.hello();
    EXPECT_TRUE(made.next<protocol::Welcome>());
    return made;
  }

  /// A healthy client is served.
  void expect_serving() {
    auto healthy = welcomed();
    healthy.send(protocol::Subscribe{.request = 1, .handle = 1, .pattern = "probe"},
                 protocol::Topic{.number = 1, .name = "probe"},
                 protocol::Publish{.request = 2, .topic = 1, .content = "x"});
    EXPECT_TRUE(healthy.next<protocol::Deliver>());
    EXPECT_EQ(failures_, std::vector<std::string>{});
  }

  static ErrorCode code_of(const std::optional<std::string>& body) {
    return body ? protocol::decode<protocol::Error>(*body).value().code : ErrorCode{};
  }

  test::TemporaryFolder folder_;
  runtime::Config config_;
  std::ostringstream log_text_;
  runtime::Logger log_{runtime::LogConfig{}, "broker", log_text_};
  runtime::Metrics metrics_;
  std::vector<std::string> failures_;
  zmq::context_t context_;
  std::unique_ptr<broker::server::Server> server_;
};

TEST_F(Server, ServesOverARealSocket) { expect_serving(); }

TEST_F(Server, NamesAnAddressThatIsTaken) {
  zmq::context_t context;
  RouterSocket first(context, {.frame = 1'000});
  const auto address = first.bind("tcp://127.0.0.1:*");
  ASSERT_TRUE(address);
  RouterSocket second(context, {.frame = 1'000});
  const auto refused = second.bind(*address);
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find("address in use: " + *address), std::string::npos) << refused.error().message;
}

TEST_F(Server, GoesOnWhereTheStreamEndedAfterARestart) {
  auto publisher = welcomed();
  publisher.send(protocol::Topic{.number = 1, .name = "chat.t"},
                 protocol::Publish{.request = 1, .topic = 1, .content = "kept"});
  const auto body = publisher.next<protocol::Puback>();
  ASSERT_TRUE(body);
  const auto stored = protocol::decode<protocol::Puback>(*body).value().ranges.front();
  server_->drain(std::chrono::steady_clock::now() + patient(5s));

  server_ = make_server();
  const auto started = server_->start({});
  ASSERT_TRUE(started) << started.error().message;
  auto subscriber = welcomed();
  subscriber.send(protocol::Subscribe{.request = 1, .handle = 1, .from = protocol::From::all, .pattern = "chat.>"});
  const auto delivery = subscriber.next<protocol::Deliver>();
  ASSERT_TRUE(delivery);
  const auto deliver = protocol::decode<protocol::Deliver>(*delivery).value();
  std::string_view records = deliver.records;
  const auto record = protocol::next_record(records);
  ASSERT_TRUE(record);
  EXPECT_EQ(deliver.epoch, stored.epoch);
  EXPECT_EQ(record->sequence, stored.sequence);
  EXPECT_EQ(record->content.payload, "kept");
}

TEST_F(Server, IsTheOnlyOneWithItsJournal) {
  auto second = make_server();
  const auto refused = second->start({});
  ASSERT_FALSE(refused);
  EXPECT_NE(refused.error().message.find((folder_.path() / "data" / "journal").string()), std::string::npos)
      << refused.error().message;
}

TEST_F(Server, HandsNothingToASessionAsSoonAsItsConnectionIsClosed) {
  auto caller = welcomed();
  auto gone = welcomed();
  auto member = welcomed();
  for (auto* serving : {&gone, &member}) {
    serving->send(protocol::Serve{.request = 1, .handle = 1, .pattern = "s"});
    ASSERT_TRUE(serving->next<protocol::Ok>());
  }
  gone.close();  // long before its lease ends
  protocol::RequestNumber request = 0;
  ASSERT_TRUE(eventually(5s, [&] {
    caller.send(protocol::Query{.request = ++request, .kind = protocol::QueryKind::sessions});
    const auto rows = caller.next<protocol::Page>();
    return rows && rows->find("detached") != std::string::npos;
  }));
  for (int i = 0; i < 10; ++i) {
    caller.send(protocol::Request{.request = ++request, .timeout_ms = 60'000, .topic = "s"});
    ASSERT_TRUE(member.next<protocol::ServiceRequest>()) << i;
  }
}

TEST_F(Server, ReadsTheLastWordsOfAConnectionThatCloses) {
  auto subscriber = welcomed();
  subscriber.send(protocol::Subscribe{.request = 1, .handle = 1, .pattern = "last.words"});
  ASSERT_TRUE(subscriber.next<protocol::Ok>());
  for (int i = 0; i < 50; ++i) {
    auto leaving = welcomed();
    leaving.send(protocol::Topic{.number = 1, .name = "last.words"},
                 protocol::Publish{.request = 1, .topic = 1, .content = "x"});
    leaving.close_after_sending();
    ASSERT_TRUE(subscriber.next<protocol::Deliver>()) << i;
  }
}

TEST_F(Server, RefusesAMessageOfSeveralParts) {
  auto broken = welcomed();
  broken.send_bytes("one", zmq::send_flags::sndmore);
  broken.send_bytes("two");
  EXPECT_EQ(code_of(broken.next<protocol::Error>()), ErrorCode::malformed_frame);
  expect_serving();
}

TEST_F(Server, TakesAPeerThatChoseItsRoutingIdAndComesBackUnderIt) {
  for (int i = 0; i < 3; ++i) {
    // As long as the broker has not seen the last one of this id go, libzmq refuses the next.
    std::optional<RawPeer> named;
    ASSERT_TRUE(test::eventually(5s, [&] {
      named.emplace(peer("me"));
      named->hello();
      return named->next<protocol::Welcome>(200ms).has_value();
    })) << i;
    named->send(protocol::Bye{});
    named->send(protocol::Ping{});
    EXPECT_EQ(code_of(named->next<protocol::Error>()), ErrorCode::no_session);
    named->close();
  }
  expect_serving();
}

TEST_F(Server, CutsOnlyTheConnectionThatSendsTooLargeAFrame) {
  auto large = welcomed();
  large.send_bytes(std::string(config_.limits.frame + 1, 'x'));
  expect_serving();
  large.send(protocol::Ping{});
  EXPECT_FALSE(large.next<protocol::Pong>(200ms));
}

TEST_F(Server, ServesOthersWhileOneSendsAndNeverReads) {
  auto flood = welcomed();
  std::string frame(protocol::kFrameHeader);
  for (int i = 0; i < 100; ++i) protocol::append_command(frame, protocol::Ping{.token = 1});
  for (int i = 0; i < 20'000 && flood.send_bytes(frame); ++i) {
  }
  expect_serving();
}

TEST_F(Server, WelcomesManyThatConnectAtOnce) {
  std::deque<RawPeer> peers;
  for (int i = 0; i < 200; ++i) peers.emplace_back(context_, config_.broker.listen).hello();
  for (auto& one : peers) EXPECT_TRUE(one.next<protocol::Welcome>());
}

TEST_F(Server, FinishesWhatIsOpenWhileItDrains) {
  auto caller = welcomed();
  auto member = welcomed();
  member.send(protocol::Serve{.request = 1, .handle = 1, .pattern = "s"});
  ASSERT_TRUE(member.next<protocol::Ok>());
  caller.send(protocol::Request{.request = 1, .timeout_ms = 60'000, .topic = "s"});
  const auto asked = member.next<protocol::ServiceRequest>();
  ASSERT_TRUE(asked);
  auto drained =
      std::async(std::launch::async, [&] { server_->drain(std::chrono::steady_clock::now() + patient(5s)); });
  ASSERT_TRUE(caller.next<protocol::Drain>());
  caller.send(protocol::Request{.request = 2, .timeout_ms = 1'000, .topic = "s"});
  EXPECT_EQ(code_of(caller.next<protocol::Error>()), ErrorCode::draining);
  member.send(
      protocol::Reply{.number = protocol::decode<protocol::ServiceRequest>(*asked)->exchange, .content = "done"});
  EXPECT_TRUE(caller.next<protocol::Reply>());
  for (auto* one : {&caller, &member}) one->send(protocol::Credit{.received = 2, .limit = 1ULL << 40U});
  EXPECT_EQ(drained.wait_for(patient(5s)), std::future_status::ready);
}

TEST_F(Server, EndsItsDrainAtTheDeadline) {
  auto caller = welcomed();
  auto member = welcomed();
  member.send(protocol::Serve{.request = 1, .handle = 1, .pattern = "s"});
  ASSERT_TRUE(member.next<protocol::Ok>());
  caller.send(protocol::Request{.request = 1, .timeout_ms = 60'000, .topic = "s"});
  ASSERT_TRUE(member.next<protocol::ServiceRequest>());
  const auto begun = std::chrono::steady_clock::now();
  server_->drain(begun + 100ms);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, patient(3s));
}

}  // namespace
}  // namespace fanfare::broker::server
