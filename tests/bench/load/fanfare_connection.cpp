#include "tests/bench/load/fanfare_connection.hpp"

#include <chrono>
#include <stdexcept>

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

FanfareConnection::FanfareConnection(const Work& work, std::string_view first, int answers)
    : socket_(connect_zmtp(work.addresses.at(0), "DEALER")), window_(work.receive_window) {
  auto hello = protocol::make_frame(protocol::Hello{.version_min = protocol::kVersion,
                                                    .version_max = protocol::kVersion,
                                                    .limit = window_,
                                                    .name = "load",
                                                    .software = "fanfare-load"});
  send_frame(hello.append(first));
  socket_.flush();

  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  while (!welcomed_ || answers > 0) {
    if (std::chrono::steady_clock::now() > deadline) throw std::runtime_error("the broker does not answer");
    auto item = interest();
    zmq_poll(&item, 1, 100);
    receive([](std::string_view) {},
            [&](const protocol::RawCommand& command) {
              if (command.type == CommandType::ok) --answers;
            });
  }
}

bool FanfareConnection::handle_own(const protocol::RawCommand& command) {
  if (protocol::is_counted(command.type)) {
    ++received_;
    free_bytes_ += protocol::kCommandHeaderSize + command.body.size();
    if (free_bytes_ >= kFreeAtMost) give_credit();
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

void FanfareConnection::count_data(std::size_t size) {
  ++received_;
  handled_ += size;
  if (handled_ - told_ >= window_ / 4) give_credit();
}

void FanfareConnection::give_credit() {
  send_frame(protocol::make_frame(protocol::Credit{.received = received_, .limit = handled_ + window_}));
  told_ = handled_;
  free_bytes_ = 0;
}

void FanfareConnection::send_frame(std::string_view frame) {
  socket_.send_small(zmtp_head(frame.size()));
  socket_.send_small(frame);
}

}  // namespace fanfare::load
