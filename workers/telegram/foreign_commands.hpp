#pragma once
// Commands that others serve: what the bot does not know is asked of the service `telegram.command.<name>`
// (docs/services.md), whose answer is believed only within Telegram's bounds. Owned by the thread that answers; a call
// blocks until the service has answered, kForeignTime at most.

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "runtime/result.hpp"
#include "workers/store/telegram_store.hpp"
#include "workers/telegram/command_line.hpp"
#include "workers/telegram/texts.hpp"

namespace fanfare::workers::telegram {

struct CommandButton {
  std::string text;
  std::string data;  ///< what it does, as somebody would write it: "/weather Berlin"
};

/// What is answered in the chat. Plain text.
struct CommandAnswer {
  std::string text;                                      ///< empty: nothing is said
  std::vector<std::vector<CommandButton>> buttons = {};  ///< rows
};

struct ServiceReply {
  enum class Kind : std::uint8_t {
    kReply,
    kNoService,  ///< nobody serves it
    kFailed,     ///< no answer in time, or the broker is away
  };
  Kind kind = Kind::kFailed;
  std::string payload = {};
};

/// Asks as `actor` and waits for the reply, up to `timeout`.
using AskService = std::function<ServiceReply(const std::string& topic, const std::string& payload,
                                              const std::string& actor, std::chrono::milliseconds timeout)>;

inline constexpr std::chrono::milliseconds kForeignTime{5'000};

/// The topic of the service behind a command.
[[nodiscard]] std::string topic_of_command(const std::string& name);

/// What the service is asked.
[[nodiscard]] std::string command_request(const store::LinkedPerson& who, Language language,
                                          const std::string& arguments);

/// What it answered: of `error` its message. An error for what is outside the bounds of docs/services.md.
[[nodiscard]] runtime::Result<CommandAnswer> read_command_answer(std::string_view payload);

}  // namespace fanfare::workers::telegram
