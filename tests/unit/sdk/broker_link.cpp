#include "tests/unit/sdk/broker_link.hpp"

#include "tests/unit/sdk/session_fixture.hpp"

namespace fanfare::session::test {

bool BrokerLink::greet(const std::string& first_frame, protocol::Welcome welcome) {
  const SentFrame frame(first_frame);
  const auto hello = frame.one<protocol::Hello>();
  wire_.clear();
  announced_.clear();
  const bool offers = (hello.flags & protocol::Hello::kResume) != 0;
  // A session whose WELCOME was lost is none of the client's.
  const bool resumes = remembers_ && offers && hello.session == uuid(session_);
  if (resumes) {
    // The latest WELCOME may have been lost on the way.
    EXPECT_TRUE(hello.secret == uuid(secret_) || (!heard_ && hello.secret == uuid(previous_)));
    previous_ = hello.secret.bytes.back();
    EXPECT_GE(hello.sent, received_) << "more came than was sent";
    ++resumed_;
  } else {
    EXPECT_TRUE(!remembers_ || !heard_) << "the client gives up a session";
    ++session_;
    log_.clear();
    needed_.clear();
    received_ = 0;
    confirmed_ = 0;
  }
  remembers_ = true;
  heard_ = false;
  bytes_ = 0;
  first_limit_ = welcome.limit;
  welcome.flags = resumes ? protocol::Welcome::kResumed : std::uint8_t{0};
  welcome.session = uuid(session_);
  welcome.secret = uuid(++secret_);
  welcome.received = received_;
  wire_.push_back(protocol::make_frame(welcome));
  if (resumes) confirm(hello.received);
  for (const auto& kept : log_) put(kept);
  return resumes;
}

bool BrokerLink::take(const protocol::RawCommand& command) {
  heard_ = true;
  if (command.type == protocol::CommandType::credit) {
    confirm(protocol::decode<protocol::Credit>(command.body).value().received);
  }
  if (!protocol::is_counted(command.type)) return command.type == protocol::CommandType::topic;
  ++received_;
  if (protocol::is_data(command.type)) bytes_ += protocol::kCommandHeaderSize + command.body.size();
  return true;
}

void BrokerLink::give_credit() { send(protocol::Credit{.received = received_, .limit = bytes_ + first_limit_}); }

std::string BrokerLink::take_frame() {
  auto frame = std::move(wire_.front());
  wire_.pop_front();
  return frame;
}

void BrokerLink::send_bytes(std::string bytes, bool counted) {
  const Kept kept{std::move(bytes), std::exchange(needed_, {})};
  put(kept);
  if (counted) log_.push_back(kept);
}

void BrokerLink::put(const Kept& kept) {
  auto& frame = wire_.emplace_back(protocol::kFrameHeader);
  for (const auto& [number, name] : kept.topics) {
    if (!announced_.insert(number).second) continue;
    const protocol::StreamNumber stream = (number & protocol::kEphemeralTopic) == 0 ? 1 : protocol::kNoStream;
    protocol::append_command(frame,
                             protocol::Topic{.number = number, .stream = stream, .name = std::string_view(name)});
  }
  frame += kept.bytes;
}

void BrokerLink::confirm(std::uint64_t received) {
  ASSERT_GE(received, confirmed_);
  const auto count = received - confirmed_;
  ASSERT_LE(count, log_.size()) << "more was received than was sent";
  log_.erase(log_.begin(), log_.begin() + static_cast<std::ptrdiff_t>(count));
  confirmed_ = received;
}

}  // namespace fanfare::session::test
