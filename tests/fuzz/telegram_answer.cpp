// Whatever is at the Bot API's address: an answer is its result or an error within its bounds. The first two bytes are
// the HTTP status.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "protocol/utf8.hpp"
#include "workers/telegram/bot/answer.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace std::chrono_literals;
  namespace bot = fanfare::workers::telegram::bot;
  if (size < 2) return 0;
  bot::HttpAnswer answer;
  answer.status = data[0] * 256 + data[1];
  answer.body.assign(reinterpret_cast<const char*>(data) + 2, size - 2);
  const auto result = bot::read_answer(answer);
  if (result.has_value()) return 0;
  const bot::BotError& error = result.error();
  const bool is_flood_wait = error.kind == bot::BotError::Kind::kFloodWait;
  if (is_flood_wait && (error.wait < 1s || error.wait > 24h)) std::abort();
  if (error.kind == bot::BotError::Kind::kMigrated && error.chat == 0) std::abort();
  if (error.reason.size() > 1000 || !fanfare::protocol::is_utf8(error.reason)) std::abort();
  return 0;
}
