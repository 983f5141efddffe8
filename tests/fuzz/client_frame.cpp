// Whatever a client sends: the core must take any sequence of frames without a fault, and its own answers must be
// frames. The input is a list of frames, each a u16 size and its bytes.

#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "broker/core/core.hpp"
#include "broker/core/groups/own_streams.hpp"
#include "broker/journal/memory_journal.hpp"

namespace {

using namespace fanfare;

class CheckingEffects final : public broker::core::Effects {
 public:
  void send(broker::core::ConnectionId, broker::core::SharedFrame frame) override {
    protocol::FrameReader reader(*frame);
    while (reader.next()) {
    }
    if (reader.error()) std::abort();
  }
  void session_opened(broker::core::ConnectionId, std::string_view) override {}
  void session_closed(broker::core::ConnectionId, std::string_view, std::string_view) override {}
  void fenced(std::string_view, std::string_view) override {}
};

Uuid next_random() {
  static std::uint8_t count = 0;
  Uuid id;
  id.bytes.back() = ++count;
  return id;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using protocol::Hello;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  CheckingEffects effects;
  broker::journal::MemoryJournal journal(next_random, 0);
  broker::core::Settings settings;
  settings.streams = {{"chat", {"chat.>"}}};
  settings.lease = std::chrono::seconds(3);
  settings.presence_grace = std::chrono::seconds(1);
  broker::core::groups::add_own_streams(settings);
  broker::core::Instant now{.steady = std::chrono::seconds(1), .clock = 1};
  broker::core::Core core(settings, next_random, journal, effects, now);
  core.received(1, protocol::make_frame(Hello{.version_min = 1, .version_max = 1, .limit = 1'000, .name = "other"}),
                now);
  core.received(1, protocol::make_frame(protocol::Subscribe{.request = 1, .handle = 1, .pattern = ">"}), now);
  core.received(1, protocol::make_frame(protocol::Serve{.request = 2, .handle = 2, .pattern = ">"}), now);
  core.received(2, protocol::make_frame(Hello{.version_min = 1, .version_max = 1, .limit = 1'000, .name = "fuzz"}),
                now);
  // It is a member too, and has work.
  core.received(2, protocol::make_frame(protocol::Join{.request = 1, .handle = 3, .group = "g", .pattern = "chat.>"}),
                now);
  core.received(1,
                protocol::make_frame(protocol::PresenceCommand{
                    .request = 4, .action = protocol::PresenceAction::watch, .keys = {"user.>", "b"}}),
                now);
  core.settle(now);
  core.received(1, protocol::make_frame(protocol::Topic{.number = 1, .name = "chat.a"}), now);
  core.received(1, protocol::make_frame(protocol::Publish{.request = 3, .topic = 1, .content = "work"}), now);
  core.settle(now);
  while (rest.size() >= 2) {
    const auto frame_size = protocol::load<std::uint16_t>(rest.data());
    rest.remove_prefix(2);
    const auto frame = rest.substr(0, frame_size);
    rest.remove_prefix(frame.size());
    now.steady += std::chrono::milliseconds(500);
    core.received(1, protocol::make_frame(protocol::Ping{}), now);
    core.received(2, frame, now);
    core.tick(now);
    core.settle(now);
  }
  core.disconnected(2);
  core.settle(now);
  return 0;
}
