#pragma once
// Messages as a busy installation has them: of many conversations, about a dozen words each, some words in every tenth
// message and most in few. The same numbers give the same messages. One thread.

#include <chrono>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "workers/store/message_store.hpp"

namespace fanfare::bench {

class ChatRows {
 public:
  /// `span` between the first and the last of `count` messages.
  ChatRows(std::uint64_t conversations, std::uint64_t count = 1, std::chrono::milliseconds span = {})
      : conversations_(conversations), count_(count), span_(span) {}

  static Uuid id_of(std::uint8_t kind, std::uint64_t number) {
    Uuid id;
    id.bytes[0] = kind;
    for (std::size_t byte = 0; byte < 8; ++byte) {
      id.bytes[15 - byte] = static_cast<std::uint8_t>(number >> (8 * byte));
    }
    return id;
  }
  static Uuid conversation(std::uint64_t number) { return id_of(3, number); }
  static Uuid epoch() { return id_of(1, 1); }
  static Uuid author() { return id_of(2, 1); }

  /// Of 20,000; Zipf's law, roughly.
  std::string word() {
    const double chance = std::uniform_real_distribution(0.0, 1.0)(chance_);
    return "word" + std::to_string(static_cast<int>(std::pow(20'000.0, chance)));
  }

  std::uint64_t number_below(std::uint64_t limit) {
    return std::uniform_int_distribution<std::uint64_t>(0, limit - 1)(chance_);
  }

  std::vector<workers::store::ConversationRecord> next(std::size_t size) {
    std::vector<workers::store::ConversationRecord> records(size);
    for (auto& record : records) {
      ++sequence_;
      record.conversation = conversation(number_below(conversations_));
      record.position = {epoch(), sequence_};
      auto& message = record.message.emplace();
      message.id = id_of(4, sequence_);
      message.conversation = record.conversation;
      message.author = author();
      message.client_id = "c-" + std::to_string(sequence_);
      message.position = record.position;
      message.sent_at = kStart + span_ * sequence_ / count_;
      for (int words = 0; words < 12; ++words) message.text.append(words == 0 ? "" : " ").append(word());
    }
    return records;
  }

 private:
  static constexpr std::chrono::sys_time<std::chrono::milliseconds> kStart{std::chrono::days(20'089)};  // 2025

  const std::uint64_t conversations_;
  const std::uint64_t count_;
  const std::chrono::milliseconds span_;
  std::mt19937_64 chance_{1};
  std::uint64_t sequence_ = 0;
};

}  // namespace fanfare::bench
