#include "workers/telegram/telegram_config.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fanfare::workers::telegram {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr const char* kToken = "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQ_-";

/// The keys that are complained about.
std::vector<std::string> wrong(const runtime::TelegramConfig& telegram) {
  runtime::Config config = runtime::default_config();
  const std::string api_url = config.workers.telegram.api_url;
  config.workers.telegram = telegram;
  if (telegram.api_url.empty()) config.workers.telegram.api_url = api_url;
  std::vector<std::string> keys;
  for (const runtime::Complaint& complaint : check_telegram(config)) {
    EXPECT_TRUE(telegram.token.empty() || complaint.message.find(telegram.token) == std::string::npos);
    keys.push_back(complaint.path.substr(complaint.path.rfind('.') + 1));
  }
  return keys;
}

runtime::TelegramConfig with_token(const std::string& token) {
  runtime::TelegramConfig telegram;
  telegram.token = token;
  return telegram;
}

TEST(TelegramConfig, TokenOfABotIsEnough) { EXPECT_THAT(wrong(with_token(kToken)), IsEmpty()); }

TEST(TelegramConfig, WhatIsNoTokenIsRefusedWithoutRepeatingIt) {
  for (const char* token :
       {"", "nonsense", "123456789", ":AAbbCCddEEffGGhhIIjjKKllMMnnOOppQ_-", "12a:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQ_-",
        "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQ_", "123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQ_/",
        "1234567890123456789:AAbbCCddEEffGGhhIIjjKKllMMnnOOppQ_-"}) {
    EXPECT_THAT(wrong(with_token(token)), ElementsAre("token")) << token;
  }
}

TEST(TelegramConfig, AddressOfTheBotApiHasASchemeAndNoSlashAtItsEnd) {
  runtime::TelegramConfig telegram = with_token(kToken);
  for (const char* good : {"http://127.0.0.1:8081", "https://api.telegram.org", "http://[::1]:80/prefix"}) {
    telegram.api_url = good;
    EXPECT_THAT(wrong(telegram), IsEmpty()) << good;
  }
  for (const char* bad : {"api.telegram.org", "ftp://a", "http://", "http:///x", "http://a/", "http://a b",
                          "http://user@a", "http://a?b", "http://a#b"}) {
    telegram.api_url = bad;
    EXPECT_THAT(wrong(telegram), ElementsAre("api_url")) << bad;
  }
}

TEST(TelegramConfig, WebhookNeedsHttpsAndASecret) {
  runtime::TelegramConfig telegram = with_token(kToken);
  telegram.webhook_url = "https://chat.example.org";
  telegram.webhook_secret = "0123456789abcde_";
  EXPECT_THAT(wrong(telegram), IsEmpty());
  telegram.webhook_url = "http://127.0.0.1:8080";
  EXPECT_THAT(wrong(telegram), IsEmpty());
  telegram.webhook_secret = "short";
  EXPECT_THAT(wrong(telegram), ElementsAre("webhook_secret"));
  telegram.webhook_url = "http://chat.example.org";
  telegram.webhook_secret = std::string(257, 'a');
  EXPECT_THAT(wrong(telegram), ElementsAre("webhook_url", "webhook_secret"));
}

}  // namespace
}  // namespace fanfare::workers::telegram
