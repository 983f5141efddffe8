#pragma once
// What an update does: a reply to a notification becomes a message of that person, the buttons of notifications mark
// read and mute, everything else is a command's. What can't be done is answered in the chat with the reason. Owned by
// the service, on the poller's thread. Promise: whatever comes twice has one effect; a chat acts for the person it is
// linked to now, and for nobody else.

#include <functional>
#include <optional>
#include <string>

#include "runtime/logging/logger.hpp"
#include "workers/telegram/chat_book.hpp"
#include "workers/telegram/person_actions.hpp"
#include "workers/telegram/speaker.hpp"
#include "workers/telegram/texts.hpp"
#include "workers/telegram/update_handling.hpp"

namespace fanfare::workers::telegram {

class UpdateHandler final : public UpdateHandling {
 public:
  /// What it lives with; outlives it.
  struct Context {
    ChatBook& chats;
    PersonActions& actions;
    Speaker& speaker;
    UpdateHandling& commands;  ///< what is neither a reply nor a button of a notification
    runtime::Logger& log;
    std::string bot;  ///< its id, for ids of messages
    std::function<common::TimePoint()> now = common::wall_clock;
  };

  explicit UpdateHandler(Context context) : context_(std::move(context)) {}

  Handled handle(const bot::Update& update, Deadline deadline) override;

 private:
  Handled reply(const bot::Update& update, const bot::IncomingMessage& message, Deadline deadline);
  [[nodiscard]] bool may_still_wait(std::int64_t update);
  Handled post(const bot::Update& update, const bot::IncomingMessage& message, const ToldMessage& told,
               Language language, Deadline deadline);
  Handled press(const bot::Update& update, const bot::Press& press, Deadline deadline);
  Handled say_in(const bot::IncomingMessage& message, const std::string& text, Deadline deadline);
  void answer(const bot::Press& press, Language language, Text text, Deadline deadline);
  Handled away(const runtime::Error& error) const;

  const Context context_;
  std::int64_t waiting_ = 0;  // the update that waits for a notification to be written down
  common::TimePoint waiting_since_;
};

}  // namespace fanfare::workers::telegram
