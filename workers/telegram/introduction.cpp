#include "workers/telegram/introduction.hpp"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "workers/telegram/texts.hpp"

namespace fanfare::workers::telegram {
namespace {

using bot::BotError;
using std::chrono::milliseconds;

constexpr milliseconds kCallLimit{10'000};
constexpr milliseconds kFirstPause{1'000};
constexpr milliseconds kLongestPause{60'000};
constexpr int kMostDoublings = 6;

bot::Deadline soon() { return std::chrono::steady_clock::now() + kCallLimit; }

std::vector<bot::BotCommand> menu(Language language) {
  std::vector<bot::BotCommand> commands;
  for (const CommandText& each : command_texts(language)) {
    commands.push_back({std::string(each.command), each.description});
  }
  return commands;
}

}  // namespace

Introduction::Introduction(bot::BotApi::Settings settings, Context context)
    : settings_(std::move(settings)),
      context_(std::move(context)),
      thread_([this](const std::stop_token& stop) { run(stop); }) {}

std::optional<std::string> Introduction::name() const {
  const std::lock_guard lock(mutex_);
  return name_;
}

void Introduction::run(const std::stop_token& stop) {
  bot::BotApi api(settings_);
  for (int failures = 0; !stop.stop_requested(); ++failures) {
    if (learn_name(api, stop) && give_menu(api, stop)) return;
    pause(failures, stop);
  }
}

/// False: again, after a pause.
bool Introduction::learn_name(bot::BotApi& api, const std::stop_token& stop) {
  if (name()) return true;
  const auto identity = api.get_me(soon(), stop);
  if (!identity) {
    if (stop.stop_requested()) return false;
    if (identity.error().kind == BotError::Kind::kWrongToken) {
      context_.alarm(identity.error().reason);
    } else {
      context_.log.warn("Telegram does not answer yet", {{"reason", identity.error().reason}});
    }
    return false;
  }
  context_.log.info("is the bot", {{"name", identity->username}, {"id", identity->id}});
  const std::lock_guard lock(mutex_);
  name_ = identity->username;
  return true;
}

bool Introduction::give_menu(bot::BotApi& api, const std::stop_token& stop) {
  for (const Language language : kLanguages) {
    const std::string code = language == Language::kEnglish ? "" : std::string(code_of(language));
    const auto given = api.set_commands(menu(language), code, soon(), stop);
    if (given) continue;
    if (!stop.stop_requested()) {
      context_.log.warn("the menu of commands is not set", {{"reason", given.error().reason}});
    }
    return given.error().kind == BotError::Kind::kRefused;  // nothing depends on it
  }
  return true;
}

void Introduction::pause(int failures, const std::stop_token& stop) {
  const milliseconds time = std::min(kFirstPause * (1 << std::min(failures, kMostDoublings)), kLongestPause);
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, stop, time, [] { return false; });
}

}  // namespace fanfare::workers::telegram
