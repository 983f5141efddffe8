#pragma once
// The port to where updates come from: the Bot API's calls, so that the poller can be tested without Telegram. An
// implementation is used by one thread. Promise: each call ends by its deadline, and within moments of a stop.

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "workers/telegram/bot/bot_api.hpp"

namespace fanfare::workers::telegram {

class UpdateSource {
 public:
  virtual ~UpdateSource() = default;

  /// Waits up to `timeout` for updates from `offset` on, which confirms those before it; 0: from the first there is.
  [[nodiscard]] virtual bot::BotResult<std::vector<bot::Update>> get_updates(std::int64_t offset,
                                                                             std::chrono::seconds timeout,
                                                                             const std::stop_token& stop) = 0;
  [[nodiscard]] virtual bot::BotResult<void> set_webhook(const std::string& url, const std::string& secret,
                                                         bot::Deadline deadline, const std::stop_token& stop) = 0;
  [[nodiscard]] virtual bot::BotResult<void> delete_webhook(bot::Deadline deadline, const std::stop_token& stop) = 0;
};

/// With a connection of its own.
class BotUpdateSource final : public UpdateSource {
 public:
  explicit BotUpdateSource(bot::BotApi::Settings settings) : api_(std::move(settings)) {}

  bot::BotResult<std::vector<bot::Update>> get_updates(std::int64_t offset, std::chrono::seconds timeout,
                                                       const std::stop_token& stop) override {
    return api_.get_updates(offset, timeout, stop);
  }
  bot::BotResult<void> set_webhook(const std::string& url, const std::string& secret, bot::Deadline deadline,
                                   const std::stop_token& stop) override {
    return api_.set_webhook(url, secret, deadline, stop);
  }
  bot::BotResult<void> delete_webhook(bot::Deadline deadline, const std::stop_token& stop) override {
    return api_.delete_webhook(deadline, stop);
  }

 private:
  bot::BotApi api_;
};

}  // namespace fanfare::workers::telegram
