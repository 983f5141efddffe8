#include "tests/integration/workers/telegram/bot/strict_bot_api.hpp"

#include <gtest/gtest.h>

namespace fanfare::test {

nlohmann::json StrictBotApi::control(const std::string& name, const nlohmann::json& arguments) {
  const std::string body = arguments.dump();
  workers::telegram::bot::HttpRequest request;
  request.url = url() + "/control/" + name;
  request.json = body;
  request.is_repeatable = true;
  request.most_bytes = 16U << 20U;
  const auto answer = http_.post(request, soon());
  const auto json = answer.has_value() ? nlohmann::json::parse(answer->body, nullptr, false) : nlohmann::json();
  if (!json.is_object() || !json.contains("ok")) {
    ADD_FAILURE() << name << ": " << (answer.has_value() ? answer->body : answer.error().reason);
    return {};
  }
  return json["ok"];
}

void StrictBotApi::script(const std::string& answer, nlohmann::json details) {
  details["answer"] = answer;
  control("script", details);
}

std::size_t StrictBotApi::count_calls(const std::string& method) {
  return control("calls", {{"method", method}}).size();
}

}  // namespace fanfare::test
