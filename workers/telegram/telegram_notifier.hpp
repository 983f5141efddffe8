#pragma once
// Tells people by Telegram: makes the text and its buttons, says it, and turns what the Bot API answers into what is to
// be done next. Owned by the service; called by one thread at a time. Promise: a notification that may have arrived is
// not sent again, and one that has not is never given up because Telegram is away or wants less.

#include <functional>
#include <string>
#include <vector>

#include "workers/notify/notifier.hpp"
#include "workers/telegram/speaker.hpp"

namespace fanfare::workers::telegram {

class TelegramNotifier final : public notify::Notifier {
 public:
  struct Context {
    Speaker& speaker;
    /// The token is wrong: nobody can be told anything.
    std::function<void(const std::string& reason)> alarm;
    std::function<common::TimePoint()> now = common::wall_clock;
  };

  explicit TelegramNotifier(Context context) : context_(std::move(context)) {}

  std::string name() const override { return "telegram"; }
  bool needs_link() const override { return true; }
  std::vector<notify::Bucket> buckets(const std::string& address) const override;
  notify::Told tell(const notify::Notification& notification, Deadline deadline) override;
  notify::Told change(const std::string& message, const notify::Notification& notification, Deadline deadline) override;

 private:
  [[nodiscard]] notify::Told outcome_of(const bot::BotError& error, bool may_repeat);
  [[nodiscard]] notify::Told later(const std::string& reason);

  const Context context_;
  int failures_ = 0;  // in a row that were the way to Telegram, not the chat
};

}  // namespace fanfare::workers::telegram
