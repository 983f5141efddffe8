#include "tests/simulation/link.hpp"

#include <algorithm>
#include <utility>

#include "protocol/frame.hpp"
#include "tests/simulation/complaint.hpp"

namespace fanfare::simulation {
namespace {

using protocol::CommandType;

bool carries_data(CommandType type, bool from_client) {
  switch (type) {
    case CommandType::request:
    case CommandType::reply:
      return true;
    case CommandType::publish:
      return from_client;
    case CommandType::deliver:
    case CommandType::page:
      return !from_client;
    default:
      return false;
  }
}

}  // namespace

void Link::Flow::send(std::string_view frame, bool from_client) {
  protocol::FrameReader reader(frame);
  while (const auto command = reader.next()) {
    if (from_client && protocol::is_counted(command->type)) ++counted;
    if (!carries_data(command->type, from_client)) continue;
    const auto size = protocol::kCommandHeaderSize + command->body.size();
    // With nothing unconfirmed one command may pass the limit. The broker's window changes, so a client goes by what
    // was received; a client's stays, so its limit grows by what was handled.
    const bool is_unconfirmed = from_client ? last_data > received : bytes > limit - first;
    last_data = counted;
    if (bytes + size > limit && is_unconfirmed) {
      throw Complaint("credit", std::string(from_client ? "a client" : "the broker") + " sent " +
                                    std::to_string(bytes + size - limit) + " bytes more than it may");
    }
    bytes += size;
  }
  if (reader.error()) throw Complaint("frame", "what was sent is no frame");
}

void Link::Flow::credit(std::string_view frame, bool to_client) {
  protocol::FrameReader reader(frame);
  while (const auto command = reader.next()) {
    if (command->type == CommandType::credit) {
      const auto credit = protocol::decode<protocol::Credit>(command->body);
      if (!credit || credit->limit < limit) throw Complaint("credit", "a CREDIT that takes back what was given");
      if (to_client ? credit->received > counted : credit->limit - first > bytes) {
        throw Complaint("credit", "a CREDIT for more than was sent");
      }
      limit = credit->limit;
      received = credit->received;
    } else if (!to_client && command->type == CommandType::hello) {
      if (const auto hello = protocol::decode<protocol::Hello>(command->body)) first = limit = hello->limit;
    } else if (to_client && command->type == CommandType::welcome) {
      const auto welcome = protocol::decode<protocol::Welcome>(command->body);
      if (!welcome) continue;
      first = limit = welcome->limit;
      counted = received = last_data = welcome->received;  // from there on it sends again
    }
  }
}

void Link::open(broker::core::ConnectionId id) {
  close();
  id_ = id;
}

void Link::close() {
  id_ = 0;
  dead_ = false;
  up_.clear();
  down_.clear();
  client_ = {};
  broker_ = {};
}

void Link::die() {
  dead_ = true;
  up_.clear();
  down_.clear();
}

void Link::send_up(std::string frame) {
  client_.send(frame, true);
  if (!dead_) up_.push_back(std::move(frame));
}

void Link::send_down(broker::core::SharedFrame frame) {
  broker_.send(*frame, false);
  if (!dead_) down_.push_back(std::move(frame));
}

std::string Link::take_up() {
  auto frame = std::move(up_.front());
  up_.pop_front();
  broker_.credit(frame, false);
  return frame;
}

broker::core::SharedFrame Link::take_down() {
  auto frame = std::move(down_.front());
  down_.pop_front();
  client_.credit(*frame, true);
  return frame;
}

}  // namespace fanfare::simulation
