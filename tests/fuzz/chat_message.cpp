// Whatever is published on chat.>: what is taken keeps the bounds of docs/services.md and could be published again.
// The input is a topic, an actor and a payload with a zero byte between them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/utf8.hpp"
#include "workers/chat/chat_message.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace fanfare;
  std::string_view rest(reinterpret_cast<const char*>(data), size);
  const auto next = [&rest] {
    const auto end = rest.find('\0');
    const auto part = rest.substr(0, end);
    rest = end == std::string_view::npos ? std::string_view() : rest.substr(end + 1);
    return part;
  };
  const std::string_view topic = next();
  const std::string_view actor = next();
  const Position position{*Uuid::parse("0199a1b2-0000-7000-8000-0000000000ee"), 7};
  const auto checked = workers::chat::check_chat_message({topic, actor, rest, position, {}});
  const auto* const message = std::get_if<workers::store::ChatMessage>(&checked);
  if (message == nullptr) return 0;
  const bool is_the_topics = topic == "chat." + message->conversation.to_string();
  const bool is_the_actors = actor == message->author.to_string();
  const bool is_bounded = !message->text.empty() && message->text.size() <= (16U << 10U) &&
                          !message->client_id.empty() && message->client_id.size() <= 64;
  const bool is_text = protocol::is_utf8(message->text) && message->text.find('\0') == std::string::npos;
  if (!is_the_topics || !is_the_actors || !is_bounded || !is_text) std::abort();
  return 0;
}
