#include "workers/telegram/telegram_config.hpp"

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace fanfare::workers::telegram {
namespace {

constexpr std::size_t kTokenSecret = 35;  // characters behind the bot's id
constexpr std::size_t kLongestId = 18;    // it has to fit into 64 bits
constexpr std::size_t kShortestSecret = 16;
constexpr std::size_t kLongestSecret = 256;  // Bot API, setWebhook

bool is_digit(char c) { return c >= '0' && c <= '9'; }

bool is_word_character(char c) {
  return is_digit(c) || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_' || c == '-';
}

bool is_token(std::string_view text) {
  const std::size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0 || colon > kLongestId) return false;
  const std::string_view secret = text.substr(colon + 1);
  return std::ranges::all_of(text.substr(0, colon), is_digit) && secret.size() == kTokenSecret &&
         std::ranges::all_of(secret, is_word_character);
}

/// With a host, and nothing that ends an address early.
bool is_address(std::string_view text, std::string_view scheme) {
  if (!text.starts_with(scheme)) return false;
  const std::string_view rest = text.substr(scheme.size());
  const auto is_plain = [](char c) { return c > ' ' && c < '\x7f' && c != '?' && c != '#' && c != '"' && c != '\\'; };
  return !rest.empty() && rest.front() != '/' && rest.front() != ':' && !rest.ends_with('/') &&
         rest.find('@') == std::string_view::npos && std::ranges::all_of(rest, is_plain);
}

bool is_secret(std::string_view text) {
  return text.size() >= kShortestSecret && text.size() <= kLongestSecret &&
         std::ranges::all_of(text, is_word_character);
}

}  // namespace

std::vector<runtime::Complaint> check_telegram(const runtime::Config& config) {
  const runtime::TelegramConfig& telegram = config.workers.telegram;
  std::vector<runtime::Complaint> complaints;
  const auto expect = [&complaints](bool is_so, const char* key, const char* expected) {
    if (!is_so) complaints.push_back({std::string("workers.telegram.") + key, expected});
  };
  if (telegram.token.empty()) {
    expect(false, "token", "Telegram is off without it: expected the token of a bot, from @BotFather");
  } else {
    expect(is_token(telegram.token), "token",
           "expected a token as @BotFather gives it: digits, a colon, 35 of A-Z a-z 0-9 _ -");
  }
  expect(is_address(telegram.api_url, "https://") || is_address(telegram.api_url, "http://"), "api_url",
         "expected https:// or http:// and a host, without a slash at the end");
  if (telegram.webhook_url.empty()) return complaints;
  // A Bot API server of one's own sends updates within the machine, too.
  const bool is_local =
      telegram.webhook_url.starts_with("http://127.0.0.1:") && is_address(telegram.webhook_url, "http://");
  expect(is_local || is_address(telegram.webhook_url, "https://"), "webhook_url",
         "expected https:// and a host, without a slash at the end");
  expect(is_secret(telegram.webhook_secret), "webhook_secret",
         "webhook_url needs one beside it: 16 to 256 of A-Z a-z 0-9 _ -");
  return complaints;
}

}  // namespace fanfare::workers::telegram
