#include "workers/telegram/commands.hpp"

#include <algorithm>
#include <array>

#include "runtime/crypto/digest.hpp"
#include "workers/telegram/link_code.hpp"

namespace fanfare::workers::telegram {
namespace {

using Outcome = CommandHandler::Outcome;
using runtime::Result;

constexpr std::array<std::string_view, 6> kOwn = {"start", "help", "stop", "status", "mute", "quiet"};

bool is_own(std::string_view command) { return std::ranges::find(kOwn, command) != kOwn.end(); }

/// /mute OFF
bool is_off(std::string_view arguments) {
  return arguments.size() == 3 && (arguments[0] | 0x20) == 'o' && (arguments[1] | 0x20) == 'f' &&
         (arguments[2] | 0x20) == 'f';
}

CommandOutcome said(std::string text, std::string_view done) { return {{std::move(text)}, done}; }

/// The greatest unit that says it whole.
std::string duration_text(Language language, std::chrono::minutes duration) {
  const auto minutes = static_cast<std::uint64_t>(duration.count());
  if (minutes % (24 * 60) == 0) return say_count(language, Counted::kDays, minutes / (24 * 60));
  if (minutes % 60 == 0) return say_count(language, Counted::kHours, minutes / 60);
  return say_count(language, Counted::kMinutes, minutes);
}

}  // namespace

bool CommandHandler::is_for_another(const CommandLine& command) const {
  const auto small = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  return !command.bot.empty() && !std::ranges::equal(command.bot, context_.bot, {}, {}, small);
}

Outcome CommandHandler::written(const ChatLine& line, Deadline deadline) {
  const auto command = read_command(line.text);
  if (!line.is_private) {
    // What people write to each other, or to another bot, is not for this one.
    const bool is_meant = command && !is_for_another(*command) && (is_own(command->name) || !command->bot.empty());
    if (!is_meant) return CommandOutcome{};
    return said(say(language_of("", line.language_code), Text::kPrivateOnly), "not_private");
  }
  if (command && is_for_another(*command)) return CommandOutcome{};
  const auto linked = context_.store.person_of(line.chat);
  if (!linked) return linked.error();
  const Language language = language_of(*linked ? (*linked)->locale : "", line.language_code);
  if (command) return run({line, *command, *linked, language, deadline});
  const bool is_attempt = line.text.starts_with('/');
  if (is_attempt) return said(say(language, Text::kHelp), "help");
  return said(say(language, *linked ? Text::kReplyToWhat : Text::kWelcome), "no_command");
}

Outcome CommandHandler::pressed(const ChatLine& line, Deadline deadline) {
  if (line.text.starts_with('/')) return written(line, deadline);
  return said(say(language_of("", line.language_code), Text::kButtonOld), "old_button");
}

Outcome CommandHandler::blocked(const std::string& chat) {
  const auto ended = context_.store.end_of_chat(chat, store::LinkEnd::kBlocked, context_.now());
  if (!ended) return ended.error();
  if (!*ended) return CommandOutcome{};
  context_.publish(ended_event((*ended)->person, store::LinkEnd::kBlocked, (*ended)->at));
  return said("", "blocked");
}

Outcome CommandHandler::run(const Call& call) {
  const std::string& name = call.command.name;
  if (name == "start") return start(call);
  if (name == "help") return said(say(call.language, Text::kHelp), "help");
  if (!call.linked) return said(say(call.language, Text::kNotLinked), "not_linked");
  if (name == "stop") return stop(call);
  if (name == "status") return status(call);
  if (name == "mute") return mute(call);
  if (name == "quiet") return quiet(call);
  return foreign(call);
}

Outcome CommandHandler::start(const Call& call) {
  if (!call.command.arguments.empty()) return link(call);
  if (!call.linked) return said(say(call.language, Text::kWelcome), "welcome");
  return said(say(call.language, Text::kIsLinked, {{"name", isolated(call.linked->display_name)}}), "welcome");
}

Outcome CommandHandler::link(const Call& call) {
  std::optional<store::Redeemed> redeemed;
  if (is_link_code(call.command.arguments)) {
    auto taken = context_.store.redeem(hash_of_link_code(call.command.arguments), call.line.chat,
                                       tidy_name(call.line.name), context_.now());
    if (!taken) return taken.error();
    redeemed = *std::move(taken);
  }
  if (!redeemed) {
    std::string text = say(call.language, Text::kCodeNotGood);
    if (!call.linked) return said(std::move(text), "code_refused");
    // It may be the same again, after a crash between the link and its event.
    context_.publish(linked_event(call.linked->person, call.linked->link.since));
    text += '\n' + say(call.language, Text::kIsLinked, {{"name", isolated(call.linked->display_name)}});
    return said(std::move(text), "code_refused");
  }
  const store::LinkedPerson& who = redeemed->linked;
  if (redeemed->displaced) {
    context_.publish(ended_event(*redeemed->displaced, store::LinkEnd::kMoved, who.link.since));
  }
  context_.publish(linked_event(who.person, who.link.since));
  const Language language = language_of(who.locale, call.line.language_code);
  return said(say(language, Text::kLinked, {{"name", isolated(who.display_name)}}), "linked");
}

Outcome CommandHandler::stop(const Call& call) {
  const auto ended = context_.store.end_of_chat(call.line.chat, store::LinkEnd::kStopped, context_.now());
  if (!ended) return ended.error();
  if (*ended) context_.publish(ended_event((*ended)->person, store::LinkEnd::kStopped, (*ended)->at));
  return said(say(call.language, Text::kStopped), "stopped");
}

Outcome CommandHandler::status(const Call& call) {
  const store::TelegramLink& link = call.linked->link;
  std::string text = say(call.language, Text::kStatus, {{"name", isolated(call.linked->display_name)}});
  if (link.muted_until && *link.muted_until > context_.now()) {
    text += '\n' + say(call.language, Text::kStatusMuted, {{"time", local_time(*link.muted_until, link.zone)}});
  }
  if (link.quiet) {
    text +=
        '\n' +
        say(call.language, Text::kStatusQuiet,
            {{"from", time_of_day(link.quiet->from)}, {"until", time_of_day(link.quiet->until)}, {"zone", link.zone}});
  }
  return said(std::move(text), "status");
}

Outcome CommandHandler::mute(const Call& call) {
  const bool is_over = is_off(call.command.arguments);
  const auto duration = read_duration(call.command.arguments);
  if (!is_over && !duration) return said(say(call.language, Text::kMuteUsage), "usage");
  std::optional<common::TimePoint> until;
  if (duration) until.emplace(context_.now() + *duration);
  const auto done = context_.store.mute(call.line.chat, until);
  if (!done) return done.error();
  if (!*done) return said(say(call.language, Text::kNotLinked), "not_linked");
  if (is_over) return said(say(call.language, Text::kMuteOff), "unmuted");
  return said(say(call.language, Text::kMuted, {{"duration", duration_text(call.language, *duration)}}), "muted");
}

Outcome CommandHandler::quiet(const Call& call) {
  if (is_off(call.command.arguments)) {
    const auto done = context_.store.set_quiet(call.line.chat, std::nullopt, "");
    if (!done) return done.error();
    return said(say(call.language, *done ? Text::kQuietOff : Text::kNotLinked), "quiet_off");
  }
  const auto read = read_quiet(call.command.arguments);
  if (!read) return said(say(call.language, Text::kQuietUsage), "usage");
  const auto zone = find_zone(read->zone.empty() ? call.linked->link.zone : read->zone);
  if (!zone) return said(say(call.language, Text::kZoneUnknown), "usage");
  const auto done = context_.store.set_quiet(call.line.chat, read->hours, *zone);
  if (!done) return done.error();
  if (!*done) return said(say(call.language, Text::kNotLinked), "not_linked");
  return said(
      say(call.language, Text::kQuiet,
          {{"from", time_of_day(read->hours.from)}, {"until", time_of_day(read->hours.until)}, {"zone", *zone}}),
      "quiet");
}

Outcome CommandHandler::foreign(const Call& call) {
  const std::string topic = topic_of_command(call.command.name);
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(call.deadline - std::chrono::steady_clock::now());
  const auto time = std::clamp(left, std::chrono::milliseconds(1), kForeignTime);
  const ServiceReply reply = context_.ask(topic, command_request(*call.linked, call.language, call.command.arguments),
                                          call.linked->person.to_string(), time);
  if (reply.kind == ServiceReply::Kind::kNoService) return said(say(call.language, Text::kHelp), "help");
  if (reply.kind == ServiceReply::Kind::kFailed) return said(say(call.language, Text::kTryLater), "foreign_failed");
  auto answer = read_command_answer(reply.payload);
  if (answer) return CommandOutcome{*std::move(answer), "foreign"};
  context_.log.warn("the answer of a command's service can't be said",
                    {{"topic", topic}, {"reason", answer.error().message}});
  return said(say(call.language, Text::kTryLater), "foreign_failed");
}

std::optional<std::string> CommandHandler::find_zone(const std::string& written) const {
  for (const std::string& name : {written, capitalised_zone(written)}) {
    if (is_zone_name(name) && context_.zone_offset(name, context_.now())) return name;
  }
  return std::nullopt;
}

/// 2026-11-21 10:00 (Europe/Berlin)
std::string CommandHandler::local_time(common::TimePoint time, const std::string& zone) const {
  const auto offset = context_.zone_offset(zone, time);
  std::string text = common::to_text(time + offset.value_or(std::chrono::minutes(0))).substr(0, 16);
  std::ranges::replace(text, 'T', ' ');
  return text + " (" + (offset ? zone : "UTC") + ")";
}

}  // namespace fanfare::workers::telegram
