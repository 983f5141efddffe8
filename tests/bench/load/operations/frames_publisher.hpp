#pragma once
// PUBLISH commands that differ in number only: encoded once, then copied and patched. For one topic of one session. One
// thread.

#include <random>
#include <string>

#include "protocol/content.hpp"
#include "tests/bench/load/operations/frames_session.hpp"
#include "tests/bench/load/operations/payload.hpp"

namespace fanfare::load {

/// The topic of the stream `bench` (tests/bench/peers/fanfare.py).
inline constexpr std::string_view kStoredTopic = "stored.load";

class FramesPublisher {
 public:
  /// Messages with an id, as the SDK sends them: the broker recognises what comes twice.
  FramesPublisher(FramesSession& session, std::string_view topic, std::size_t size) : session_(session) {
    constexpr std::uint32_t kTopic = 1;
    protocol::append_command(session_.frame(), protocol::Topic{.number = kTopic, .name = topic});
    const auto payload = make_payload(size);
    std::string content;
    protocol::append_content(content, {.id = Uuid{}, .actor = {}, .headers = {}, .payload = payload});
    protocol::append_command(command_, protocol::Publish{.request = 1,
                                                         .topic = kTopic,
                                                         .flags = protocol::message_flags::kId,
                                                         .content = std::string_view(content)});
    payload_at_ = command_.size() - size;
    std::random_device chance;
    for (std::size_t at = payload_at_ - sizeof(Uuid); at < payload_at_; ++at) {
      command_[at] = static_cast<char>(chance());
    }
  }

  /// Appends message `number` as request `number` + 1 if there is credit for it.
  [[nodiscard]] bool publish(std::uint64_t number) {
    if (session_.is_full()) session_.flush();
    if (!session_.may_send(command_.size())) return false;
    protocol::store(command_.data() + protocol::kCommandHeaderSize, number + 1);
    protocol::store(command_.data() + payload_at_ - sizeof number, number);  // the end of the id
    set_number(command_.data() + payload_at_, number);
    session_.frame().append(command_);
    return true;
  }

 private:
  FramesSession& session_;
  std::string command_;
  std::size_t payload_at_;
};

}  // namespace fanfare::load
