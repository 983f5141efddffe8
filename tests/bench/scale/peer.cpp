#include "tests/bench/scale/peer.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <stdexcept>

namespace fanfare::bench {
namespace {

using namespace std::chrono_literals;
using protocol::CommandType;

constexpr std::uint64_t kWindow = 4U << 20U;
constexpr std::uint64_t kConfirmAfter = 64U << 10U;
constexpr std::size_t kFrameBytes = 64U << 10U;
constexpr std::size_t kPublishFields = 8 + 4 + 1 + 1 + 2;
constexpr std::size_t kIdSize = 16;
constexpr auto kPatience = 30s;

template <class Command>
Command decoded(const protocol::RawCommand& raw) {
  const auto command = protocol::decode<Command>(raw.body);
  if (!command) throw std::runtime_error("the broker sent a malformed command");
  return *command;
}

std::uint64_t next_number() {
  static std::uint64_t last = 0;
  return ++last;
}

}  // namespace

Peer::Peer(zmq::context_t& context, const std::string& address)
    : socket_(context, zmq::socket_type::dealer), number_(next_number()) {
  socket_.set(zmq::sockopt::linger, 0);
  socket_.set(zmq::sockopt::sndhwm, 0);
  socket_.set(zmq::sockopt::rcvhwm, 0);
  socket_.set(zmq::sockopt::reconnect_ivl, 20);  // the broker may still be starting
  socket_.connect(address);
  send(protocol::make_frame(protocol::Hello{
      .version_min = 1, .version_max = 1, .limit = kWindow, .name = "scale", .software = "scale_bench"}));
  wait_until("a session", [this] { return welcomed_; });
}

void Peer::subscribe(std::span<const std::string> patterns) {
  const auto wanted = oks_ + patterns.size();
  std::string frame(protocol::kFrameHeader);
  for (const auto& pattern : patterns) {
    ++request_;
    protocol::append_command(frame, protocol::Subscribe{.request = request_,
                                                        .handle = static_cast<protocol::Handle>(request_),
                                                        .pattern = std::string_view(pattern)});
    if (frame.size() < kFrameBytes) continue;
    send(frame);
    frame = protocol::kFrameHeader;
  }
  send(frame);
  wait_until("subscriptions", [&] { return oks_ >= wanted; });
}

void Peer::announce(std::span<const std::string> topics) {
  std::string frame(protocol::kFrameHeader);
  std::uint32_t number = 0;
  for (const auto& topic : topics) {
    protocol::append_command(frame, protocol::Topic{.number = number++, .name = std::string_view(topic)});
    if (frame.size() < kFrameBytes) continue;
    send(frame);
    frame = protocol::kFrameHeader;
  }
  send(frame);
}

std::uint32_t Peer::publish(std::uint32_t first, std::uint32_t most, std::uint32_t topics, std::string_view payload,
                            bool ids) {
  const std::uint64_t size = protocol::kCommandHeaderSize + kPublishFields + (ids ? kIdSize : 0) + payload.size();
  const auto count =
      static_cast<std::uint32_t>(std::min<std::uint64_t>(most, (limit_ - std::min(limit_, sent_)) / size));
  if (count == 0) return 0;
  std::array<char, kIdSize> id{};
  std::string content;
  frame_ = protocol::kFrameHeader;
  for (std::uint32_t i = 0; i < count; ++i) {
    content.clear();
    if (ids) {
      protocol::store(id.data(), number_ << 32U | static_cast<std::uint32_t>(::getpid()));
      protocol::store(id.data() + 8, ++last_id_);
      content.append(id.data(), id.size());
    }
    content.append(payload);
    protocol::append_command(frame_, protocol::Publish{.request = ++request_,
                                                       .topic = (first + i) % topics,
                                                       .flags = ids ? protocol::message_flags::kId : std::uint8_t{0},
                                                       .content = std::string_view(content)});
  }
  sent_ += frame_.size() - protocol::kFrameHeader.size();
  published_ += count;
  send(frame_);
  return count;
}

void Peer::receive() {
  zmq::message_t message;
  while (socket_.recv(message, zmq::recv_flags::dontwait)) {
    protocol::FrameReader reader(message.to_string_view());
    while (const auto command = reader.next()) handle(*command);
    if (reader.error()) throw std::runtime_error("the broker sent what is no frame");
    if (unconfirmed_ >= kConfirmAfter) give_credit();
  }
}

void Peer::ping() {
  const auto wanted = pongs_ + 1;
  send(protocol::make_frame(protocol::Ping{.token = wanted}));
  wait_until("a sign of life", [&] { return pongs_ >= wanted; });
}

void Peer::handle(const protocol::RawCommand& command) {
  const auto size = protocol::kCommandHeaderSize + command.body.size();
  if (protocol::is_counted(command.type)) {
    ++received_;
    unconfirmed_ += size;
    if (protocol::is_data(command.type)) handled_ += size;
  }
  switch (command.type) {
    case CommandType::welcome:
      welcomed_ = true;
      limit_ = decoded<protocol::Welcome>(command).limit;
      break;
    case CommandType::credit:
      limit_ = decoded<protocol::Credit>(command).limit;
      break;
    case CommandType::ok:
      ++oks_;
      break;
    case CommandType::pong:
      ++pongs_;
      break;
    case CommandType::puback:
      for (const auto& range : decoded<protocol::Puback>(command).ranges) acknowledged_ += range.count;
      break;
    case CommandType::deliver:
      delivered_ += decoded<protocol::Deliver>(command).count;
      break;
    case CommandType::error:
      throw std::runtime_error("the broker says: " + std::string(decoded<protocol::Error>(command).text));
    case CommandType::gap:
      throw std::runtime_error("the broker dropped messages");
    default:
      break;
  }
}

void Peer::confirm() {
  if (unconfirmed_ > 0) give_credit();
}

void Peer::give_credit() {
  send(protocol::make_frame(protocol::Credit{.received = received_, .limit = handled_ + kWindow}));
  unconfirmed_ = 0;
}

void Peer::send(std::string_view frame) {
  if (!socket_.send(zmq::buffer(frame), zmq::send_flags::dontwait)) throw std::runtime_error("cannot send");
}

template <class Condition>
void Peer::wait_until(const char* what, Condition condition) {
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error(std::string("no ") + what + " in time");
    auto item = interest();
    zmq::poll(&item, 1, 100ms);
    receive();
  }
  confirm();
}

}  // namespace fanfare::bench
