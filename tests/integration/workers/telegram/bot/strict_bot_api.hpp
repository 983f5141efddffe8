#pragma once
// The strict Bot API server of tests/support/bot_api.py, and what a test does there beside the bot. One thread.

#include <nlohmann/json.hpp>
#include <string>

#include "tests/support/eventually.hpp"
#include "tests/support/served_port.hpp"
#include "workers/telegram/bot/bot_api.hpp"

namespace fanfare::test {

inline constexpr const char* kBotToken = "4242:TEST-token_of_Fanfare-0123456789abcdef";

/// Time enough for what takes none.
inline workers::telegram::bot::Deadline soon(std::chrono::milliseconds patience = std::chrono::seconds(10)) {
  return std::chrono::steady_clock::now() + patient(patience);
}

class StrictBotApi {
 public:
  explicit StrictBotApi(const std::string& how = "serve") : served_("bot_api.py " + how) {}

  [[nodiscard]] std::string url() const { return "http://127.0.0.1:" + served_.port(); }
  [[nodiscard]] const std::string& port() const { return served_.port(); }
  [[nodiscard]] workers::telegram::bot::BotApi::Settings settings() const { return {url(), kBotToken}; }

  /// What /control/<name> answers; a failure of the test where it refuses.
  nlohmann::json control(const std::string& name, const nlohmann::json& arguments = nlohmann::json::object());
  void script(const std::string& answer, nlohmann::json details = nlohmann::json::object());
  /// How often the method was called.
  std::size_t count_calls(const std::string& method);

 private:
  ServedPort served_;
  workers::telegram::bot::HttpClient http_;
};

}  // namespace fanfare::test
