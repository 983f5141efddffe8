#include "tests/bench/load/operations/frames_session.hpp"

#include <stdexcept>

namespace fanfare::load {

FramesSession::FramesSession(const Work& work, std::string_view name)
    : socket_(connect_zmtp(work.addresses.at(0), "DEALER")), window_(work.receive_window) {
  protocol::Hello hello;
  hello.version_min = hello.version_max = protocol::kVersion;
  hello.limit = window_;
  hello.name = name;
  hello.software = std::string_view("fanfare-bench");
  protocol::append_command(frame(), hello);
  flush();
  const auto deadline = Clock::now() + std::chrono::seconds(5);
  while (limit_ == 0) {
    wait(socket_, deadline);
    receive([this](const protocol::RawCommand& command) {
      if (command.type != protocol::CommandType::welcome) return;
      const auto welcome = protocol::decode<protocol::Welcome>(command.body);
      if (!welcome) throw std::runtime_error("a malformed WELCOME came");
      limit_ = welcome->limit;
    });
  }
}

std::string& FramesSession::frame() {
  if (frame_.empty()) frame_ = protocol::kFrameHeader;
  return frame_;
}

bool FramesSession::may_send(std::size_t bytes) {
  if (sent_bytes_ + bytes > limit_) return false;
  sent_bytes_ += bytes;
  return true;
}

void FramesSession::flush() {
  if (!frame_.empty()) send_zmtp(socket_, frame_);
  frame_.clear();
  socket_.flush();
}

void FramesSession::count(const protocol::RawCommand& command) {
  if (!protocol::is_counted(command.type)) return;
  ++received_;
  (protocol::is_data(command.type) ? received_bytes_ : free_bytes_) +=
      protocol::kCommandHeaderSize + command.body.size();
}

bool FramesSession::handle_here(const protocol::RawCommand& command) {
  switch (command.type) {
    case protocol::CommandType::credit: {
      const auto credit = protocol::decode<protocol::Credit>(command.body);
      if (!credit) throw std::runtime_error("a malformed CREDIT came");
      limit_ = credit->limit;
      return true;
    }
    case protocol::CommandType::error: {
      const auto error = protocol::decode<protocol::Error>(command.body);
      if (!error) throw std::runtime_error("a malformed ERROR came");
      throw std::runtime_error("the broker answers: " + std::string(error->text));
    }
    case protocol::CommandType::topic:
    case protocol::CommandType::position:
      return true;
    default:
      return false;
  }
}

void FramesSession::give_credit() {
  if (received_bytes_ == confirmed_bytes_ && free_bytes_ < kFreeBytes) return;
  protocol::append_command(frame(), protocol::Credit{.received = received_, .limit = received_bytes_ + window_});
  confirmed_bytes_ = received_bytes_;
  free_bytes_ = 0;
}

}  // namespace fanfare::load
