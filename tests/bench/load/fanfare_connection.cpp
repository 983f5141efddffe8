#include "tests/bench/load/fanfare_connection.hpp"

#include <chrono>

#include "protocol/commands.hpp"

namespace fanfare::load {
namespace {

using namespace std::chrono_literals;
using protocol::CommandType;

constexpr auto kPatience = 5s;
constexpr std::uint64_t kFreeAtMost = 64U << 10U;

template <class Command>
Command decoded(const protocol::RawCommand& raw) {
  const auto command = protocol::decode<Command>(raw.body);
  if (!command) throw std::runtime_error("the broker sent a malformed command");
  return *command;
}

}  // namespace

FanfareConnection::FanfareConnection(zmq::context_t& context, const Work& work, std::string_view first, int answers)
    : endpoint_(context, zmq::socket_type::dealer), window_(work.receive_window) {
  endpoint_.socket().set(zmq::sockopt::reconnect_ivl, -1);
  endpoint_.socket().connect(work.addresses.at(0));
  auto hello = protocol::make_frame(protocol::Hello{.version_min = protocol::kVersion,
                                                    .version_max = protocol::kVersion,
                                                    .limit = window_,
                                                    .name = "load",
                                                    .software = "fanfare-load"});
  endpoint_.send(zmq::message_t(hello.append(first)));

  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!welcomed_ || answers > 0) {
    auto item = interest();
    zmq_poll(&item, 1, 100);
    receive([&](const protocol::RawCommand& command) {
      if (command.type == CommandType::ok) --answers;
    });
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("the broker does not answer");
  }
}

bool FanfareConnection::send(zmq::message_t frame, std::size_t data_bytes) {
  sent_ += data_bytes;
  return endpoint_.send(std::move(frame));
}

bool FanfareConnection::take(const protocol::RawCommand& command) {
  const auto size = protocol::kCommandHeaderSize + command.body.size();
  if (protocol::is_counted(command.type)) {
    ++received_;
    (protocol::is_data(command.type) ? handled_ : free_bytes_) += size;
  }
  switch (command.type) {
    case CommandType::welcome:
      welcomed_ = true;
      limit_ = decoded<protocol::Welcome>(command).limit;
      return true;
    case CommandType::credit:
      limit_ = decoded<protocol::Credit>(command).limit;
      return true;
    case CommandType::error:
      throw std::runtime_error("the broker says: " + std::string(decoded<protocol::Error>(command).text));
    case CommandType::gap:
      throw std::runtime_error("the broker dropped messages: the load gave no credit in time");
    case CommandType::topic:
    case CommandType::forget:
    case CommandType::pong:
      return true;
    default:
      return false;
  }
}

bool FanfareConnection::owes_credit() const { return handled_ - told_ >= window_ / 4 || free_bytes_ >= kFreeAtMost; }

void FanfareConnection::give_credit() {
  const auto frame = protocol::make_frame(protocol::Credit{.received = received_, .limit = handled_ + window_});
  endpoint_.send(zmq::message_t(frame));
  told_ = handled_;
  free_bytes_ = 0;
}

}  // namespace fanfare::load
