// Whatever comes to the webhook: an update's members keep their bounds, and what it says can be said again as HTML that
// is no longer than Telegram takes.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "protocol/utf8.hpp"
#include "workers/telegram/bot/html_text.hpp"
#include "workers/telegram/bot/update.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace bot = fanfare::workers::telegram::bot;
  const auto update = bot::parse_update({reinterpret_cast<const char*>(data), size});
  if (!update) return 0;
  if (update->id < 0) std::abort();
  if (const auto* const press = std::get_if<bot::Press>(&update->content)) {
    if (press->id.empty() || press->data.empty() || press->data.size() > 64) std::abort();
  }
  if (const auto* const message = std::get_if<bot::IncomingMessage>(&update->content)) {
    if (message->chat.id == 0 || message->text.size() > (16U << 10U)) std::abort();
    const bot::Text text = bot::TextBuilder().bold(message->chat.name).plain(message->text).build(64);
    if (bot::count_units(text.plain) > 64 || !fanfare::protocol::is_utf8(text.html)) std::abort();
  }
  return 0;
}
