#pragma once
// A bot that says nothing to anybody: notes what it was to say and answers what the test wants. For tests; one thread.

#include <deque>
#include <string>
#include <vector>

#include "workers/telegram/speaker.hpp"

namespace fanfare::workers::telegram::test {

class FakeSpeaker final : public Speaker {
 public:
  bot::BotResult<std::int64_t> send(const bot::OutgoingMessage& message, bot::Deadline) override {
    sent.push_back(message);
    if (const auto error = take_error()) return *error;
    return ++last_id;
  }
  bot::BotResult<void> edit(std::int64_t id, const bot::OutgoingMessage& message, bot::Deadline) override {
    edited.push_back(id);
    sent.push_back(message);
    if (const auto error = take_error()) return *error;
    return {};
  }
  bot::BotResult<void> answer_press(const std::string& press, std::string_view text, bot::Deadline) override {
    answered.push_back(press + ": " + std::string(text));
    if (const auto error = take_error()) return *error;
    return {};
  }

  std::vector<bot::OutgoingMessage> sent;
  std::vector<std::int64_t> edited;
  std::vector<std::string> answered;
  std::deque<bot::BotError> errors;  ///< of the next calls
  std::int64_t last_id = 100;

 private:
  std::optional<bot::BotError> take_error() {
    if (errors.empty()) return std::nullopt;
    const bot::BotError error = errors.front();
    errors.pop_front();
    return error;
  }
};

}  // namespace fanfare::workers::telegram::test
