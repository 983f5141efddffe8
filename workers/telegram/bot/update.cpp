#include "workers/telegram/bot/update.hpp"

#include "runtime/json/strict_json.hpp"
#include "workers/telegram/bot/html_text.hpp"
#include "workers/telegram/bot/json_members.hpp"

namespace fanfare::workers::telegram::bot {
namespace {

constexpr std::size_t kMostNameUnits = 128;
constexpr std::size_t kMostNameBytes = 4096;
constexpr std::size_t kMostWordBytes = 256;         // usernames, languages, states, ids
constexpr std::size_t kMostTextBytes = 16U << 10U;  // 4,096 UTF-16 units are at most three bytes each
constexpr std::size_t kMostDataBytes = 64;
constexpr runtime::JsonBounds kWebhookBounds = {1U << 20U, 64};

std::optional<Chat> read_chat(const nlohmann::json& chat) {
  const auto id = integer(chat, "id");
  if (!id || *id == 0) return std::nullopt;
  std::string name = text(chat, "title", kMostNameBytes);
  if (name.empty()) name = text(chat, "first_name", kMostNameBytes);
  return Chat{*id, text(chat, "type", kMostWordBytes) == "private", cut_to_units(name, kMostNameUnits)};
}

std::optional<Sender> read_sender(const nlohmann::json& user) {
  const auto id = integer(user, "id");
  if (!id || *id <= 0) return std::nullopt;
  std::string name = text(user, "first_name", kMostNameBytes);
  const std::string last = text(user, "last_name", kMostNameBytes);
  if (!last.empty()) name.append(" ").append(last);
  return Sender{*id, flag(user, "is_bot"), cut_to_units(name, kMostNameUnits), text(user, "username", kMostWordBytes),
                text(user, "language_code", kMostWordBytes)};
}

std::optional<IncomingMessage> read_message(const nlohmann::json& message) {
  const auto id = integer(message, "message_id");
  auto chat = read_chat(member(message, "chat"));
  if (!id || !chat) return std::nullopt;
  IncomingMessage read;
  read.id = *id;
  read.chat = std::move(*chat);
  read.from = read_sender(member(message, "from"));
  read.text = text(message, "text", kMostTextBytes);
  read.reply_to = integer(member(message, "reply_to_message"), "message_id").value_or(0);
  return read;
}

std::optional<Press> read_press(const nlohmann::json& query) {
  const nlohmann::json& message = member(query, "message");
  auto from = read_sender(member(query, "from"));
  auto chat = read_chat(member(message, "chat"));
  Press read;
  read.id = text(query, "id", kMostWordBytes);
  read.message = integer(message, "message_id").value_or(0);
  read.data = text(query, "data", kMostDataBytes);
  if (!from || !chat || read.id.empty() || read.message == 0 || read.data.empty()) return std::nullopt;
  read.from = std::move(*from);
  read.chat = std::move(*chat);
  return read;
}

std::optional<Membership> read_membership(const nlohmann::json& change) {
  const nlohmann::json& now = member(change, "new_chat_member");
  auto from = read_sender(member(change, "from"));
  auto chat = read_chat(member(change, "chat"));
  Membership read;
  read.status = text(now, "status", kMostWordBytes);
  if (!from || !chat || read.status.empty()) return std::nullopt;
  read.from = std::move(*from);
  read.chat = std::move(*chat);
  const bool is_out = read.status == "left" || read.status == "kicked";
  read.is_in = !is_out && (read.status != "restricted" || flag(now, "is_member"));
  return read;
}

}  // namespace

std::optional<Update> read_update(const nlohmann::json& update) {
  const auto id = integer(update, "update_id");
  if (!id || *id < 0) return std::nullopt;
  Update read;
  read.id = *id;
  if (auto message = read_message(member(update, "message"))) {
    read.content.emplace<IncomingMessage>(std::move(*message));
  } else if (auto press = read_press(member(update, "callback_query"))) {
    read.content.emplace<Press>(std::move(*press));
  } else if (auto change = read_membership(member(update, "my_chat_member"))) {
    read.content.emplace<Membership>(std::move(*change));
  }
  return read;
}

std::optional<Update> parse_update(std::string_view json) {
  const auto update = runtime::parse_strict_json(json, kWebhookBounds);
  return update ? read_update(*update) : std::nullopt;
}

}  // namespace fanfare::workers::telegram::bot
