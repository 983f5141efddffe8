#pragma once
// The port to what the bot says in chats: the Bot API's calls, so that who speaks can be tested without Telegram. An
// implementation is used by one thread at a time. Promise: each call ends by its deadline and sends at most once.

#include <cstdint>
#include <string>
#include <string_view>

#include "workers/telegram/bot/bot_api.hpp"

namespace fanfare::workers::telegram {

class Speaker {
 public:
  virtual ~Speaker() = default;

  /// The id of the new message.
  [[nodiscard]] virtual bot::BotResult<std::int64_t> send(const bot::OutgoingMessage& message,
                                                          bot::Deadline deadline) = 0;
  [[nodiscard]] virtual bot::BotResult<void> edit(std::int64_t id, const bot::OutgoingMessage& message,
                                                  bot::Deadline deadline) = 0;
  [[nodiscard]] virtual bot::BotResult<void> answer_press(const std::string& press, std::string_view text,
                                                          bot::Deadline deadline) = 0;
};

/// With a connection of its own. `stop` ends a call that is under way.
class BotSpeaker final : public Speaker {
 public:
  BotSpeaker(bot::BotApi::Settings settings, std::stop_token stop)
      : api_(std::move(settings)), stop_(std::move(stop)) {}

  bot::BotResult<std::int64_t> send(const bot::OutgoingMessage& message, bot::Deadline deadline) override {
    return api_.send_message(message, deadline, stop_);
  }
  bot::BotResult<void> edit(std::int64_t id, const bot::OutgoingMessage& message, bot::Deadline deadline) override {
    return api_.edit_message(id, message, deadline, stop_);
  }
  bot::BotResult<void> answer_press(const std::string& press, std::string_view text, bot::Deadline deadline) override {
    return api_.answer_press(press, text, deadline, stop_);
  }

 private:
  bot::BotApi api_;
  const std::stop_token stop_;
};

}  // namespace fanfare::workers::telegram
