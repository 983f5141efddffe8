#pragma once
// The Telegram Bot API as calls that return values (https://core.telegram.org/bots/api). Owned by one thread, with a
// connection of its own; only the stop token may be used by others. Promise: each call ends by its deadline, what comes
// back is checked and bounded, nothing is sent twice by itself, and the token is in no error.

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

#include "workers/telegram/bot/bot_error.hpp"
#include "workers/telegram/bot/http_client.hpp"
#include "workers/telegram/bot/outgoing.hpp"
#include "workers/telegram/bot/update.hpp"

namespace fanfare::workers::telegram::bot {

struct BotIdentity {
  std::int64_t id = 0;
  std::string username;  ///< of https://t.me/<username>
  std::string name;
};

class BotApi {
 public:
  struct Settings {
    std::string url;  ///< workers.telegram.api_url
    std::string token;
    std::string proxy = {};
  };

  explicit BotApi(Settings settings);
  ~BotApi();

  [[nodiscard]] BotResult<BotIdentity> get_me(Deadline deadline, const std::stop_token& stop = {});

  /// Waits up to `timeout` for updates from `offset` on (the last one's id + 1; 0: whatever there is), which confirms
  /// all before. Ends ten seconds after `timeout` at the latest. What is no update anybody knows has no content.
  [[nodiscard]] BotResult<std::vector<Update>> get_updates(std::int64_t offset, std::chrono::seconds timeout,
                                                           const std::stop_token& stop = {});

  /// Updates are posted there then, one at a time, with `secret` in the header X-Telegram-Bot-Api-Secret-Token.
  [[nodiscard]] BotResult<void> set_webhook(const std::string& url, const std::string& secret, Deadline deadline,
                                            const std::stop_token& stop = {});
  /// What waits is kept and can be polled.
  [[nodiscard]] BotResult<void> delete_webhook(Deadline deadline, const std::stop_token& stop = {});

  /// The id of the new message. Where the entities of the text are not understood it is sent once more, as plain text.
  [[nodiscard]] BotResult<std::int64_t> send_message(const OutgoingMessage& message, Deadline deadline,
                                                     const std::stop_token& stop = {});
  /// Replaces text and buttons. A message that is so already is a success; plain text as above.
  [[nodiscard]] BotResult<void> edit_message(std::int64_t message_id, const OutgoingMessage& message, Deadline deadline,
                                             const std::stop_token& stop = {});
  /// Ends the waiting of a pressed button; `text` (may be empty) is shown for a moment, cut to 200 characters.
  [[nodiscard]] BotResult<void> answer_press(const std::string& press, std::string_view text, Deadline deadline,
                                             const std::stop_token& stop = {});

  /// The menu of commands. `language` is of two letters (ISO 639-1); empty: of all without one of their own.
  [[nodiscard]] BotResult<void> set_commands(const std::vector<BotCommand>& commands, const std::string& language,
                                             Deadline deadline, const std::stop_token& stop = {});

 private:
  struct Call;

  HttpResult post(const Call& call, Deadline deadline, const std::stop_token& stop);
  BotResult<nlohmann::json> read(const HttpResult& http, std::size_t most_bytes) const;
  BotResult<nlohmann::json> ask(const Call& call, Deadline deadline, const std::stop_token& stop);
  BotResult<nlohmann::json> ask_with_text(Call call, const OutgoingMessage& message, Deadline deadline,
                                          const std::stop_token& stop);

  Settings settings_;
  HttpClient http_;
};

}  // namespace fanfare::workers::telegram::bot
