#include "tests/integration/sdk/scripted_broker.hpp"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>

#include "protocol/content.hpp"
#include "protocol/record.hpp"

namespace fanfare::test {
namespace {

constexpr std::uint32_t kTopic = protocol::kEphemeralTopic | 1U;
constexpr protocol::StreamNumber kStream = 1;
constexpr std::uint32_t kStoredTopic = 7;
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
    : acknowledges(script.acknowledges),
      script_(script),
      group_(script.stored, kEpoch, kStoredTopic),
      socket_(context_, zmq::socket_type::router) {
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
  while (const auto command = reader.next()) {
    take(*command, reply);
    if (protocol::is_counted(command->type)) ++received_;
  }
  if (acknowledges && unanswered_ > 0) {
    protocol::append_command(reply, protocol::Puback{{{.first = unanswered_first_, .count = unanswered_}}});
    unanswered_ = 0;
  }
  protocol::append_command(reply, protocol::Credit{.received = received_, .limit = handled_bytes_ + kWindow});
  if (script_.refuses) {
    reply = protocol::make_frame(protocol::Error{.code = *script_.refuses, .flags = protocol::Error::kCloses});
  }
  if (!script_.greets) return;
  count_data(reply);
  socket_.send(zmq::message_t(peer.data(), peer.size()), zmq::send_flags::sndmore);
  socket_.send(zmq::message_t(reply.data(), reply.size()), zmq::send_flags::none);
}

void ScriptedBroker::count_data(std::string_view reply) {
  protocol::FrameReader reader(reply);
  while (const auto command = reader.next()) {
    if (protocol::is_data(command->type)) sent_bytes_ += protocol::kCommandHeaderSize + command->body.size();
  }
}

void ScriptedBroker::take(const protocol::RawCommand& command, std::string& reply) {
  using protocol::CommandType;
  if (group_.take(command, reply)) return;
  if (command.type == CommandType::hello) {
    ++hellos;
    received_ = 0;
    sent_bytes_ = 0;
    first_limit_ = protocol::decode<protocol::Hello>(command.body).value().limit;
    handled_bytes_ = 0;
    unanswered_ = 0;
    protocol::Welcome welcome;
    welcome.version = protocol::kVersion;
    welcome.limit = kWindow;
    welcome.lease_ms = 10'000;
    welcome.heartbeat_ms = 3'000;
    welcome.publisher = "local";
    welcome.streams = {
        {.number = kStream, .name = "chat", .head = {kEpoch, script_.stored.size()}, .topics = {"chat.>"}}};
    protocol::append_command(reply, welcome);
    protocol::append_command(reply, protocol::Topic{.number = kTopic, .name = "a.b"});
    protocol::append_command(reply, protocol::Topic{.number = kStoredTopic, .stream = kStream, .name = "chat.1"});
  } else if (command.type == CommandType::subscribe) {
    ++subscribes;
    subscribe(protocol::decode<protocol::Subscribe>(command.body).value(), reply);
  } else if (command.type == CommandType::fetch) {
    ++fetches;
    fetch(protocol::decode<protocol::Fetch>(command.body).value(), reply);
  } else if (command.type == CommandType::publish) {
    handled_bytes_ += protocol::kCommandHeaderSize + command.body.size();
    publish(protocol::decode<protocol::Publish>(command.body).value(), reply);
  } else if (command.type == CommandType::ping) {
    protocol::append_command(reply, protocol::Pong{});
  } else if (command.type == CommandType::credit) {
    const auto handled = protocol::decode<protocol::Credit>(command.body).value().limit - first_limit_;
    client_handled_all = handled > 0 && handled == sent_bytes_;
  } else if (command.type == CommandType::bye) {
    ++byes;
  }
}

std::string ScriptedBroker::records(std::uint64_t sequence, std::uint64_t count) const {
  std::string bytes;
  for (; sequence < script_.stored.size() && count > 0; ++sequence, --count) {
    protocol::append_record(bytes, {.topic = kStoredTopic, .sequence = sequence + 1, .publisher = "local"}, 0, 0,
                            script_.stored[sequence]);
  }
  return bytes;
}

void ScriptedBroker::subscribe(const protocol::Subscribe& subscribe, std::string& reply) const {
  protocol::Ok ok{.request = subscribe.request, .flags = protocol::Ok::kRecovered, .positions = {}};
  const Position head{kEpoch, script_.stored.size()};
  if (subscribe.from == protocol::From::now) {
    if (subscribe.pattern.starts_with("chat.")) ok.positions = {{kStream, head}};
    return protocol::append_command(reply, ok);
  }
  const auto begins = subscribe.position.sequence;
  if (subscribe.from == protocol::From::after && subscribe.position.epoch != kEpoch) ok.flags = 0;
  ok.positions = {{kStream, subscribe.position}};
  protocol::append_command(reply, ok);
  const auto bytes = records(begins, script_.stored.size());
  protocol::append_command(reply, protocol::Deliver{.stream = kStream,
                                                    .kind = protocol::DeliveryKind::replay,
                                                    .handle = subscribe.handle,
                                                    .epoch = kEpoch,
                                                    .through = head.sequence,
                                                    .count = static_cast<std::uint32_t>(head.sequence - begins),
                                                    .attempts = {},
                                                    .records = std::string_view(bytes)});
  protocol::append_command(reply, protocol::CaughtUp{.handle = subscribe.handle, .at = {kStream, head}});
}

void ScriptedBroker::fetch(const protocol::Fetch& fetch, std::string& reply) const {
  const auto begins = fetch.position.sequence;
  const auto left = script_.stored.size() - begins;
  const auto count = fetch.max_count == 0 ? left : std::min<std::uint64_t>(fetch.max_count, left);
  const auto bytes = records(begins, count);
  const auto flags = protocol::Page::kRecovered | (count == left ? protocol::Page::kLast : 0);
  protocol::append_command(reply, protocol::Page{.request = fetch.request,
                                                 .flags = static_cast<std::uint8_t>(flags),
                                                 .through = {kStream, {kEpoch, begins + count}},
                                                 .count = static_cast<std::uint32_t>(count),
                                                 .content = std::string_view(bytes)});
}

void ScriptedBroker::publish(const protocol::Publish& publish, std::string& reply) {
  ++publishes;
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
