#pragma once
// Who the bot is: asks Telegram, again and again until it answers, and then gives it the menu of its commands. Owned by
// the service; has a thread of its own, name() may be called by any. Promise: Telegram being away keeps nothing else
// from starting; a wrong token raises the alarm.

#include <condition_variable>
#include <functional>
#include <mutex>
#include <optional>
#include <string>
#include <thread>

#include "runtime/logging/logger.hpp"
#include "workers/telegram/bot/bot_api.hpp"

namespace fanfare::workers::telegram {

class Introduction {
 public:
  struct Context {
    runtime::Logger& log;
    std::function<void(const std::string& reason)> alarm;
  };

  Introduction(bot::BotApi::Settings settings, Context context);
  Introduction(const Introduction&) = delete;
  Introduction& operator=(const Introduction&) = delete;

  /// Of https://t.me/<name>; nothing: Telegram has not said it yet.
  [[nodiscard]] std::optional<std::string> name() const;

 private:
  void run(const std::stop_token& stop);
  [[nodiscard]] bool learn_name(bot::BotApi& api, const std::stop_token& stop);
  [[nodiscard]] bool give_menu(bot::BotApi& api, const std::stop_token& stop);
  void pause(int failures, const std::stop_token& stop);

  const bot::BotApi::Settings settings_;
  const Context context_;
  mutable std::mutex mutex_;  // guards name_
  std::condition_variable_any changed_;
  std::optional<std::string> name_;
  std::jthread thread_;  // last
};

}  // namespace fanfare::workers::telegram
