#pragma once
// Updates that are neither replies to notifications nor their buttons: hands them to the CommandHandler and says its
// answer in the chat. Owned by the service, on the poller's thread. What the database could not do comes again.

#include <functional>
#include <optional>
#include <string>

#include "runtime/logging/logger.hpp"
#include "workers/telegram/commands.hpp"
#include "workers/telegram/kept_telegram_store.hpp"
#include "workers/telegram/speaker.hpp"
#include "workers/telegram/update_handling.hpp"

namespace fanfare::workers::telegram {

class ChatCommands final : public UpdateHandling {
 public:
  /// What it lives with; outlives it.
  struct Context {
    KeptTelegramStore& store;
    Speaker& speaker;
    runtime::Logger& log;
    std::function<std::optional<std::string>()> bot_name;  ///< nothing: not known yet
    AskService ask;
    PublishLinkEvent publish;
    ZoneOffset zone_offset;
  };

  explicit ChatCommands(Context context) : context_(std::move(context)) {}

  Handled handle(const bot::Update& update, Deadline deadline) override;

 private:
  using Run = std::function<CommandHandler::Outcome(CommandHandler& handler)>;

  [[nodiscard]] CommandHandler::Outcome run(const Run& run) const;
  Handled written(const bot::IncomingMessage& message, Deadline deadline);
  Handled pressed(const bot::Press& press, Deadline deadline);
  Handled changed(const bot::Membership& membership);
  void say(std::int64_t chat, const CommandAnswer& answer, Deadline deadline);
  Handled away(const runtime::Error& error) const;

  const Context context_;
};

}  // namespace fanfare::workers::telegram
