#include "tests/integration/sdk/scripted_broker.hpp"

#include <cstdlib>
#include <stdexcept>

#include "protocol/content.hpp"
#include "protocol/record.hpp"

namespace fanfare::test {
namespace {

constexpr std::uint32_t kTopic = protocol::kEphemeralTopic | 1U;
constexpr std::uint64_t kWindow = 1U << 20U;

}  // namespace

TemporaryAddress::TemporaryAddress() {
  auto name = (std::filesystem::temp_directory_path() / "fanfare-sdk-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) throw std::runtime_error("mkdtemp " + name);
  folder_ = name;
}

TemporaryAddress::~TemporaryAddress() {
  std::error_code ignored;
  std::filesystem::remove_all(folder_, ignored);
}

ScriptedBroker::ScriptedBroker(const std::string& address, Script script)
    : acknowledges(script.acknowledges), script_(script), socket_(context_, zmq::socket_type::router) {
  socket_.set(zmq::sockopt::linger, 0);
  socket_.set(zmq::sockopt::rcvtimeo, 10);
  socket_.bind(address);
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

ScriptedBroker::~ScriptedBroker() {
  thread_.request_stop();
  thread_.join();
}

void ScriptedBroker::run(std::stop_token stop) {
  while (!stop.stop_requested()) {
    zmq::message_t peer;
    zmq::message_t frame;
    if (!socket_.recv(peer) || !socket_.recv(frame)) continue;
    answer(peer.to_string(), frame.to_string_view());
  }
}

void ScriptedBroker::answer(const std::string& peer, std::string_view frame) {
  std::string reply(protocol::kFrameHeader);
  protocol::FrameReader reader(frame);
  while (const auto command = reader.next()) take(*command, reply);
  if (acknowledges && unanswered_ > 0) {
    protocol::append_command(reply, protocol::Puback{{{.first = unanswered_first_, .count = unanswered_}}});
    unanswered_ = 0;
  }
  protocol::append_command(reply, protocol::Credit{.handled = handled_, .limit = handled_bytes_ + kWindow});
  if (script_.refuses) {
    reply = protocol::make_frame(protocol::Error{.code = *script_.refuses, .flags = protocol::Error::kCloses});
  }
  if (!script_.greets) return;
  socket_.send(zmq::message_t(peer.data(), peer.size()), zmq::send_flags::sndmore);
  socket_.send(zmq::message_t(reply.data(), reply.size()), zmq::send_flags::none);
}

void ScriptedBroker::take(const protocol::RawCommand& command, std::string& reply) {
  using protocol::CommandType;
  if (command.type == CommandType::hello) {
    ++hellos;
    handled_ = 0;
    handled_bytes_ = 0;
    unanswered_ = 0;
    protocol::Welcome welcome;
    welcome.version = protocol::kVersion;
    welcome.limit = kWindow;
    welcome.lease_ms = 10'000;
    welcome.heartbeat_ms = 3'000;
    welcome.publisher = "local";
    protocol::append_command(reply, welcome);
    protocol::append_command(reply, protocol::Topic{.number = kTopic, .name = "a.b"});
  } else if (command.type == CommandType::subscribe) {
    ++subscribes;
    const auto request = protocol::decode<protocol::Subscribe>(command.body).value().request;
    protocol::append_command(reply, protocol::Ok{.request = request, .positions = {}});
  } else if (command.type == CommandType::publish) {
    handled_bytes_ += protocol::kCommandHeaderSize + command.body.size();
    publish(protocol::decode<protocol::Publish>(command.body).value(), reply);
  } else if (command.type == CommandType::ping) {
    protocol::append_command(reply, protocol::Pong{});
  } else if (command.type == CommandType::bye) {
    ++byes;
  }
}

void ScriptedBroker::publish(const protocol::Publish& publish, std::string& reply) {
  ++publishes;
  ++handled_;
  if (unanswered_++ == 0) unanswered_first_ = publish.request;
  if (!script_.delivers) return;
  std::string record;
  protocol::append_record(record, {.topic = kTopic, .flags = publish.flags, .publisher = "local"}, publish.actor_size,
                          publish.headers_size, publish.content);
  protocol::Deliver deliver;
  deliver.count = 1;
  deliver.records = std::string_view(record);
  protocol::append_command(reply, deliver);
}

}  // namespace fanfare::test
