#include "workers/telegram/text_table.hpp"

namespace fanfare::workers::telegram {
namespace {

// Russian names can't be put into another case by a program, so that they stand alone before a colon.
constexpr std::array<TextRow, static_cast<std::size_t>(Text::kCount_)> kTexts = {{
    {Text::kWelcome,
     {"Hello! I tell you about new messages while you are away.\n"
      "To begin, open Telegram in the settings of Fanfare and follow the link there.",
      "Здравствуйте! Я сообщаю о новых сообщениях, пока вас нет.\n"
      "Чтобы начать, откройте раздел Telegram в настройках Fanfare и перейдите по ссылке."}},
    {Text::kLinked,
     {"Done: you are linked as {name}. I tell you about new messages while you are away. "
      "Reply to one of mine and I post your answer.",
      "Готово: вы подключены как {name}. Я сообщаю о новых сообщениях, пока вас нет. "
      "Ответьте на моё сообщение, и я передам ваш ответ."}},
    {Text::kIsLinked,
     {"You are linked as {name}. /help says what I can do.", "Вы подключены как {name}. Что я умею: /help"}},
    {Text::kCodeNotGood,
     {"This link is not good any more: each is good once, for 10 minutes. Get a new one in the settings of Fanfare.",
      "Эта ссылка больше не действует: каждая годится один раз и 10 минут. "
      "Получите новую в настройках Fanfare."}},
    {Text::kStopped,
     {"I won't write to you any more. To link again, get a new link in the settings of Fanfare.",
      "Больше я вам не пишу. Чтобы подключиться снова, получите новую ссылку в настройках Fanfare."}},
    {Text::kNotLinked,
     {"You are not linked. Open Telegram in the settings of Fanfare and follow the link there.",
      "Вы не подключены. Откройте раздел Telegram в настройках Fanfare и перейдите по ссылке."}},
    {Text::kPrivateOnly, {"I work in private chats only.", "Я работаю только в личных чатах."}},
    {Text::kHelp,
     {"I tell you about new messages while you are away.\n\n"
      "Reply to one of my messages to answer in its conversation.\n"
      "/status – how you are linked\n"
      "/mute 2h – say nothing for 2 hours (30m, 2h, 7d); /mute off takes it back\n"
      "/quiet 22:00-07:00 Europe/Berlin – hold back what comes in these hours; /quiet off takes it back\n"
      "/stop – unlink\n"
      "/help – this text",
      "Я сообщаю о новых сообщениях, пока вас нет.\n\n"
      "Ответьте на моё сообщение, чтобы написать в его беседу.\n"
      "/status – как вы подключены\n"
      "/mute 2h – молчать 2 часа (30m, 2h, 7d); /mute off – снова сообщать\n"
      "/quiet 22:00-07:00 Europe/Moscow – не беспокоить в эти часы; /quiet off – отменить\n"
      "/stop – отключить\n"
      "/help – эта справка"}},
    {Text::kTryLater, {"That doesn't work at the moment. Try again later.", "Сейчас не получается. Попробуйте позже."}},
    {Text::kStatus, {"You are linked as {name}.", "Вы подключены как {name}."}},
    {Text::kStatusMuted,
     {"I say nothing until {time}. /mute off takes it back.", "Я молчу до {time}. Снова сообщать: /mute off"}},
    {Text::kStatusQuiet, {"Quiet hours: {from}–{until}, {zone}.", "Тихие часы: {from}–{until}, {zone}."}},
    {Text::kMuted,
     {"I say nothing for {duration}. /mute off takes it back.", "Молчу: {duration}. Снова сообщать: /mute off"}},
    {Text::kMuteOff, {"I tell you about new messages again.", "Снова сообщаю о новых сообщениях."}},
    {Text::kMuteUsage,
     {"Say for how long, up to 365 days: /mute 30m, /mute 2h, /mute 7d. Or /mute off.",
      "Укажите срок, не больше 365 дней: /mute 30m, /mute 2h, /mute 7d. Или /mute off."}},
    {Text::kQuiet,
     {"Quiet hours: {from}–{until}, {zone}. What comes then I tell you afterwards. /quiet off takes it back.",
      "Тихие часы: {from}–{until}, {zone}. О том, что придёт в это время, сообщу потом. Отменить: /quiet off"}},
    {Text::kQuietOff, {"There are no quiet hours any more.", "Тихих часов больше нет."}},
    {Text::kQuietUsage,
     {"Say from when to when, and in which time zone: /quiet 22:00-07:00 Europe/Berlin. Or /quiet off.",
      "Укажите, с какого и до какого часа и в каком часовом поясе: /quiet 22:00-07:00 Europe/Moscow. "
      "Или /quiet off."}},
    {Text::kZoneUnknown,
     {"I don't know this time zone. Write it like Europe/Berlin, America/New_York or UTC.",
      "Я не знаю такого часового пояса. Пишите так: Europe/Moscow, Asia/Yekaterinburg или UTC."}},
    {Text::kFromInRoom, {"{messages} from {author} in {room}", "{author} в «{room}»: {messages}"}},
    {Text::kFrom, {"{messages} from {author}", "{author}: {messages}"}},
    {Text::kSeveralIn, {"{messages} in {room}", "«{room}»: {messages}"}},
    {Text::kSeveral, {"{messages}", "{messages}"}},
    {Text::kMarkRead, {"Mark read", "Прочитано"}},
    {Text::kMuteAnHour, {"Mute 1 h", "Без звука 1 ч"}},
    {Text::kIsMarked, {"Marked as read", "Отмечено как прочитанное"}},
    {Text::kIsMutedHour, {"Muted for 1 hour", "Час без уведомлений из этой беседы"}},
    {Text::kButtonOld, {"This button is too old.", "Эта кнопка устарела."}},
    {Text::kReplyToWhat,
     {"To answer, reply to one of my messages about a conversation. /help says what else I can do.",
      "Чтобы написать в беседу, ответьте на моё сообщение о ней. Что ещё я умею: /help"}},
    {Text::kReplyNoText, {"Not posted: I can pass on text only.", "Не отправлено: я передаю только текст."}},
    {Text::kReplyTooLong,
     {"Not posted: it is longer than {most} characters.", "Не отправлено: сообщение длиннее {most} знаков."}},
    {Text::kReplyRefused, {"Not posted: this text can't be sent.", "Не отправлено: такой текст нельзя передать."}},
    {Text::kReplyNoMember,
     {"Not posted: you are not in this conversation any more.", "Не отправлено: вас больше нет в этой беседе."}},
    {Text::kCommandStart, {"Link with Fanfare", "Подключить Fanfare"}},
    {Text::kCommandStatus, {"How you are linked", "Как вы подключены"}},
    {Text::kCommandMute, {"Say nothing for a while: 30m, 2h, 7d, off", "Помолчать: 30m, 2h, 7d, off"}},
    {Text::kCommandQuiet,
     {"Quiet hours: 22:00-07:00 Europe/Berlin, off", "Тихие часы: 22:00-07:00 Europe/Moscow, off"}},
    {Text::kCommandStop, {"Unlink", "Отключить"}},
    {Text::kCommandHelp, {"What I can do", "Что я умею"}},
}};

constexpr std::array<CountedRow, static_cast<std::size_t>(Counted::kCount_)> kCounted = {{
    {Counted::kNewMessages,
     {"{count} new message", "{count} new messages"},
     {"{count} новое сообщение", "{count} новых сообщения", "{count} новых сообщений"}},
    {Counted::kMinutes, {"{count} minute", "{count} minutes"}, {"{count} минута", "{count} минуты", "{count} минут"}},
    {Counted::kHours, {"{count} hour", "{count} hours"}, {"{count} час", "{count} часа", "{count} часов"}},
    {Counted::kDays, {"{count} day", "{count} days"}, {"{count} день", "{count} дня", "{count} дней"}},
}};

}  // namespace

const std::array<TextRow, static_cast<std::size_t>(Text::kCount_)>& text_table() { return kTexts; }
const std::array<CountedRow, static_cast<std::size_t>(Counted::kCount_)>& counted_table() { return kCounted; }

}  // namespace fanfare::workers::telegram
