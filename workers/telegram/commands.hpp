#pragma once
// What people write to the bot beside replies, and the buttons that are not those of notifications: linking, muting,
// quiet hours, and commands that others serve. Owned by one thread, with its store. Promises: whatever is written is
// answered, in the person's language; of a code that is not good nobody learns why, or whose it was. The same again has
// no second effect.

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "runtime/logging/logger.hpp"
#include "runtime/result.hpp"
#include "workers/common/time_point.hpp"
#include "workers/store/telegram_store.hpp"
#include "workers/telegram/command_line.hpp"
#include "workers/telegram/foreign_commands.hpp"
#include "workers/telegram/link_events.hpp"
#include "workers/telegram/texts.hpp"

namespace fanfare::workers::telegram {

/// Something written in a chat, or the data of a button pressed there.
struct ChatLine {
  std::string chat;  ///< its id
  bool is_private = true;
  std::string name = {};           ///< how who wrote it calls themselves
  std::string language_code = {};  ///< of their app
  std::string text = {};
};

/// What became of it.
struct CommandOutcome {
  CommandAnswer answer;
  std::string_view done = "nothing";  ///< for logs and metrics: linked, stopped, …
};

/// How far a time zone's clocks are ahead of UTC then; nothing: there is no such zone (notify/zone_offset.hpp). The
/// name has the form of one.
using ZoneOffset = std::function<std::optional<std::chrono::minutes>(const std::string& zone, common::TimePoint at)>;

class CommandHandler {
 public:
  using Deadline = std::chrono::steady_clock::time_point;
  /// An error means: the database could not do it, and the same has to come again later.
  using Outcome = runtime::Result<CommandOutcome>;

  /// What it lives with; outlives it.
  struct Context {
    store::TelegramStore& store;
    runtime::Logger& log;
    std::string bot;  ///< its user name, without @
    AskService ask;
    PublishLinkEvent publish;
    ZoneOffset zone_offset;
    std::function<common::TimePoint()> now = common::wall_clock;
  };

  explicit CommandHandler(Context context) : context_(std::move(context)) {}

  [[nodiscard]] Outcome written(const ChatLine& line, Deadline deadline);
  /// A button with the data of a CommandButton does what its command does; others are too old.
  [[nodiscard]] Outcome pressed(const ChatLine& line, Deadline deadline);
  /// The person has blocked the bot in this chat.
  [[nodiscard]] Outcome blocked(const std::string& chat);

 private:
  /// One command under way.
  struct Call {
    const ChatLine& line;
    const CommandLine& command;
    const std::optional<store::LinkedPerson>& linked;
    Language language;
    Deadline deadline;
  };

  Outcome run(const Call& call);
  Outcome start(const Call& call);
  Outcome link(const Call& call);
  Outcome stop(const Call& call);
  Outcome status(const Call& call);
  Outcome mute(const Call& call);
  Outcome quiet(const Call& call);
  Outcome foreign(const Call& call);
  [[nodiscard]] std::optional<std::string> find_zone(const std::string& written) const;
  [[nodiscard]] std::string local_time(common::TimePoint time, const std::string& zone) const;
  [[nodiscard]] bool is_for_another(const CommandLine& command) const;

  const Context context_;
};

}  // namespace fanfare::workers::telegram
