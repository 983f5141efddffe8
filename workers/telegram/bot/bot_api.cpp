#include "workers/telegram/bot/bot_api.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "workers/telegram/bot/answer.hpp"
#include "workers/telegram/bot/json_members.hpp"
#include "workers/telegram/bot/outgoing_json.hpp"

namespace fanfare::workers::telegram::bot {

struct BotApi::Call {
  std::string method;
  bool is_repeatable = false;
  std::size_t most_bytes = 1U << 20U;
  nlohmann::json parameters = nlohmann::json::object();
};

namespace {

using namespace std::chrono_literals;
using Kind = BotError::Kind;

constexpr std::chrono::seconds kPollMargin = 10s;
constexpr std::int64_t kMostUpdates = 100;
constexpr std::size_t kMostUpdateBytes = 4U << 20U;  // a hundred long messages, each with what it answers
constexpr std::size_t kMostPressUnits = 200;
constexpr std::size_t kMostWordBytes = 256;

const nlohmann::json& allowed_updates() {
  static const nlohmann::json kinds = {"message", "callback_query", "my_chat_member"};
  return kinds;
}

/// It is part of the URL's path.
bool can_be_a_token(std::string_view token) {
  return !token.empty() && std::ranges::all_of(token, [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == ':' || c == '_' ||
           c == '-';
  });
}

BotError refused(std::string reason) {
  BotError error;
  error.kind = Kind::kRefused;
  error.reason = std::move(reason);
  return error;
}

BotError wrong_token() {
  BotError error = refused("this can't be a token");
  error.kind = Kind::kWrongToken;
  return error;
}

/// Done, but the answer does not say what was asked for.
BotError incomplete(std::string reason) {
  BotError error;
  error.may_have_arrived = true;
  error.reason = std::move(reason);
  return error;
}

void remove_all(std::string& text, const std::string& word) {
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at)) text.erase(at, word.size());
}

bool is_unmodified(const BotError& error) {
  return error.kind == Kind::kRefused && error.reason.find("message is not modified") != std::string::npos;
}

std::string dump(const nlohmann::json& json) {
  return json.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

BotResult<void> without_value(BotResult<nlohmann::json> result) {
  if (result.has_error()) return std::move(result).error();
  return {};
}

BotResult<std::vector<Update>> read_updates(const nlohmann::json& result) {
  if (!result.is_array()) return incomplete("getUpdates: no list of updates");
  std::vector<Update> updates;
  for (const nlohmann::json& each : result) {
    if (auto update = read_update(each)) updates.push_back(std::move(*update));
  }
  return updates;
}

}  // namespace

BotApi::BotApi(Settings settings) : settings_(std::move(settings)), http_(settings_.proxy) {
  while (settings_.url.ends_with('/')) settings_.url.pop_back();
}

BotApi::~BotApi() = default;

HttpResult BotApi::post(const Call& call, Deadline deadline, const std::stop_token& stop) {
  const std::string body = dump(call.parameters);
  HttpRequest request;
  request.url = settings_.url + "/bot" + settings_.token + "/" + call.method;
  request.json = body;
  request.is_repeatable = call.is_repeatable;
  request.most_bytes = call.most_bytes;
  return http_.post(request, deadline, stop);
}

BotResult<nlohmann::json> BotApi::read(const HttpResult& http, std::size_t most_bytes) const {
  auto result = http.has_error() ? BotResult<nlohmann::json>(error_of(http.error())) : read_answer(*http, most_bytes);
  if (result.has_error()) {
    BotError error = std::move(result).error();
    remove_all(error.reason, settings_.token);
    return error;
  }
  return result;
}

BotResult<nlohmann::json> BotApi::ask(const Call& call, Deadline deadline, const std::stop_token& stop) {
  if (!can_be_a_token(settings_.token)) return wrong_token();
  return read(post(call, deadline, stop), call.most_bytes);
}

BotResult<BotIdentity> BotApi::get_me(Deadline deadline, const std::stop_token& stop) {
  const auto result = ask({.method = "getMe", .is_repeatable = true}, deadline, stop);
  if (result.has_error()) return result.error();
  const auto id = integer(*result, "id");
  std::string username = text(*result, "username", kMostWordBytes);
  if (!id || username.empty()) return incomplete("getMe: no id or no username");
  return BotIdentity{*id, std::move(username), text(*result, "first_name", kMostWordBytes)};
}

BotResult<std::vector<Update>> BotApi::get_updates(std::int64_t offset, std::chrono::seconds timeout,
                                                   const std::stop_token& stop) {
  if (!can_be_a_token(settings_.token)) return wrong_token();
  const Deadline deadline = std::chrono::steady_clock::now() + timeout + kPollMargin;
  Call call{.method = "getUpdates", .is_repeatable = true, .most_bytes = kMostUpdateBytes};
  call.parameters = {{"offset", offset},
                     {"limit", kMostUpdates},
                     {"timeout", timeout.count()},
                     {"allowed_updates", allowed_updates()}};
  HttpResult http = post(call, deadline, stop);
  if (http.has_error() && http.error().kind == HttpFailure::Kind::kTooLarge) {
    call.parameters["limit"] = 1;  // else the same would come again and again
    http = post(call, deadline, stop);
  }
  const auto result = read(http, call.most_bytes);
  if (result.has_error()) return result.error();
  return read_updates(*result);
}

BotResult<void> BotApi::set_webhook(const std::string& url, const std::string& secret, Deadline deadline,
                                    const std::stop_token& stop) {
  Call call{.method = "setWebhook", .is_repeatable = true};
  call.parameters = {
      {"url", url}, {"secret_token", secret}, {"max_connections", 1}, {"allowed_updates", allowed_updates()}};
  return without_value(ask(call, deadline, stop));
}

BotResult<void> BotApi::delete_webhook(Deadline deadline, const std::stop_token& stop) {
  Call call{.method = "deleteWebhook", .is_repeatable = true};
  call.parameters = {{"drop_pending_updates", false}};
  return without_value(ask(call, deadline, stop));
}

BotResult<nlohmann::json> BotApi::ask_with_text(Call call, const OutgoingMessage& message, Deadline deadline,
                                                const std::stop_token& stop) {
  if (const std::string problem = problem_of_buttons(message.buttons); !problem.empty()) return refused(problem);
  call.parameters["chat_id"] = message.chat;
  call.parameters["text"] = message.text.html;
  call.parameters["parse_mode"] = "HTML";
  call.parameters["link_preview_options"] = {{"is_disabled", true}};
  call.parameters["disable_web_page_preview"] = true;  // what older Bot API servers know
  if (!message.buttons.empty()) call.parameters["reply_markup"] = keyboard_json(message.buttons);
  auto result = ask(call, deadline, stop);
  if (!result.has_error() || result.error().kind != Kind::kBadEntities) return result;
  call.parameters["text"] = message.text.plain;
  call.parameters.erase("parse_mode");
  return ask(call, deadline, stop);
}

BotResult<std::int64_t> BotApi::send_message(const OutgoingMessage& message, Deadline deadline,
                                             const std::stop_token& stop) {
  Call call{.method = "sendMessage"};
  if (message.is_silent) call.parameters["disable_notification"] = true;
  if (message.reply_to != 0) {
    call.parameters["reply_parameters"] = {{"message_id", message.reply_to}, {"allow_sending_without_reply", true}};
  }
  const auto result = ask_with_text(std::move(call), message, deadline, stop);
  if (result.has_error()) return result.error();
  const auto id = integer(*result, "message_id");
  if (!id || *id <= 0) return incomplete("sendMessage: no message_id");
  return *id;
}

BotResult<void> BotApi::edit_message(std::int64_t message_id, const OutgoingMessage& message, Deadline deadline,
                                     const std::stop_token& stop) {
  Call call{.method = "editMessageText", .is_repeatable = true};
  call.parameters["message_id"] = message_id;
  auto result = ask_with_text(std::move(call), message, deadline, stop);
  if (result.has_error() && is_unmodified(result.error())) return {};
  return without_value(std::move(result));
}

BotResult<void> BotApi::answer_press(const std::string& press, std::string_view text, Deadline deadline,
                                     const std::stop_token& stop) {
  Call call{.method = "answerCallbackQuery", .is_repeatable = true};
  call.parameters["callback_query_id"] = press;
  if (!text.empty()) call.parameters["text"] = cut_to_units(text, kMostPressUnits);
  return without_value(ask(call, deadline, stop));
}

BotResult<void> BotApi::set_commands(const std::vector<BotCommand>& commands, const std::string& language,
                                     Deadline deadline, const std::stop_token& stop) {
  Call call{.method = "setMyCommands", .is_repeatable = true};
  call.parameters["commands"] = commands_json(commands);
  if (!language.empty()) call.parameters["language_code"] = language;
  return without_value(ask(call, deadline, stop));
}

}  // namespace fanfare::workers::telegram::bot
