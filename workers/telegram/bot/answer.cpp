#include "workers/telegram/bot/answer.hpp"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "runtime/json/strict_json.hpp"
#include "workers/telegram/bot/html_text.hpp"
#include "workers/telegram/bot/json_members.hpp"

namespace fanfare::workers::telegram::bot {
namespace {

using namespace std::chrono_literals;
using Kind = BotError::Kind;

constexpr std::size_t kDeepest = 64;
constexpr std::size_t kMostReasonUnits = 200;
constexpr std::size_t kMostDescriptionBytes = 64U << 10U;
constexpr std::chrono::seconds kLongestWait = 24h;
constexpr std::chrono::seconds kUsualWait = 30s;  // where nobody says how long

BotError make_error(Kind kind, std::string_view reason, bool may_have_arrived = false) {
  BotError error;
  error.kind = kind;
  error.may_have_arrived = may_have_arrived;
  error.reason = cut_to_units(reason, kMostReasonUnits);
  return error;
}

BotError flood_wait(std::chrono::seconds wait, std::string_view reason) {
  BotError error = make_error(Kind::kFloodWait, reason);
  error.wait = std::clamp(wait, std::chrono::seconds(1s), kLongestWait);
  return error;
}

std::string in_lower_case(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

/// What the Bot API says with 400. Its words are no contract and have changed over the years; what is not found here is
/// a refusal of this one request.
Kind kind_of_bad_request(std::string_view description) {
  constexpr std::array<std::pair<std::string_view, Kind>, 18> kWords = {{
      {"parse entities", Kind::kBadEntities},
      {"parse message text", Kind::kBadEntities},
      {"chat not found", Kind::kBlocked},
      {"user not found", Kind::kBlocked},
      {"user is deactivated", Kind::kBlocked},
      {"group chat was deactivated", Kind::kBlocked},
      {"peer_id_invalid", Kind::kBlocked},
      {"bot was kicked", Kind::kBlocked},
      {"bot was blocked", Kind::kBlocked},
      {"bot is not a member", Kind::kBlocked},
      {"chat_write_forbidden", Kind::kBlocked},
      {"no rights to send", Kind::kBlocked},
      {"not enough rights to send", Kind::kBlocked},
      {"message can't be edited", Kind::kCannotEdit},
      {"message to edit not found", Kind::kCannotEdit},
      {"message_id_invalid", Kind::kCannotEdit},
      {"there is no text in the message to edit", Kind::kCannotEdit},
      {"message_edit_time_expired", Kind::kCannotEdit},
  }};
  const std::string lower = in_lower_case(std::string(description));
  const auto* const found =
      std::ranges::find_if(kWords, [&](const auto& word) { return lower.find(word.first) != std::string::npos; });
  return found == kWords.end() ? Kind::kRefused : found->second;
}

/// A gateway's page, or nothing that can be read. With 2xx it was probably done, and a gateway that waited in vain
/// (504) can't know; all others say that it was not.
BotError error_of_page(const HttpAnswer& answer) {
  const std::string reason = "HTTP " + std::to_string(answer.status) + " without an answer of the Bot API";
  if (answer.status == 429) return flood_wait(answer.retry_after > 0s ? answer.retry_after : kUsualWait, reason);
  if (answer.status == 413) return make_error(Kind::kRefused, reason);
  const bool may_have_arrived = (answer.status >= 200 && answer.status < 300) || answer.status == 504;
  return make_error(Kind::kTransient, reason, may_have_arrived);
}

/// The Bot API's own error: `{"ok": false, "error_code", "description", "parameters"}`. The parameters come first.
BotError error_of_answer(const nlohmann::json& answer, const HttpAnswer& http) {
  const std::string description = text(answer, "description", kMostDescriptionBytes);
  const nlohmann::json& parameters = member(answer, "parameters");
  if (const auto seconds = integer(parameters, "retry_after")) {
    return flood_wait(std::chrono::seconds(std::min(*seconds, std::int64_t{kLongestWait.count()})), description);
  }
  if (const auto chat = integer(parameters, "migrate_to_chat_id"); chat && *chat != 0) {
    BotError error = make_error(Kind::kMigrated, description);
    error.chat = *chat;
    return error;
  }
  const std::int64_t code = integer(answer, "error_code").value_or(http.status);
  switch (code) {
    case 400:
      return make_error(kind_of_bad_request(description), description);
    case 401:
      return make_error(Kind::kWrongToken, description);
    case 403:
      return make_error(Kind::kBlocked, description);
    case 404: {
      const bool is_method = in_lower_case(description).find("method not found") != std::string::npos;
      return make_error(is_method ? Kind::kRefused : Kind::kWrongToken, description);
    }
    case 409:
      return make_error(Kind::kConflict, description);
    case 429:
      return flood_wait(http.retry_after > 0s ? http.retry_after : kUsualWait, description);
    case 504:
      return make_error(Kind::kTransient, description, true);
    default:
      return make_error(code >= 400 && code < 500 ? Kind::kRefused : Kind::kTransient, description);
  }
}

}  // namespace

BotResult<nlohmann::json> read_answer(const HttpAnswer& answer, std::size_t most_bytes) {
  auto json = runtime::parse_strict_json(answer.body, {most_bytes, kDeepest});
  if (!json || !member(*json, "ok").is_boolean()) return error_of_page(answer);
  if (!flag(*json, "ok")) return error_of_answer(*json, answer);
  return BotResult<nlohmann::json>(boost::system::in_place_value, std::move((*json)["result"]));
}

BotError error_of(const HttpFailure& failure) {
  const bool is_stop = failure.kind == HttpFailure::Kind::kStopped;
  return make_error(is_stop ? Kind::kStopped : Kind::kTransient, failure.reason, failure.may_have_arrived);
}

}  // namespace fanfare::workers::telegram::bot
