#include "tests/simulation/message_book.hpp"

#include <algorithm>

#include "protocol/wire.hpp"
#include "tests/simulation/complaint.hpp"
#include "tests/simulation/random.hpp"
#include "tests/simulation/topics.hpp"

namespace fanfare::simulation {

MessageNumber MessageBook::add(std::uint32_t publisher, std::uint32_t topic, std::uint32_t size) {
  const auto number = messages_.size();
  Random mixed(number);
  PublishedMessage message{
      .topic = topic, .size = std::max<std::uint32_t>(size, sizeof number), .publisher = publisher, .id = {}};
  protocol::store(reinterpret_cast<char*>(message.id.bytes.data()), mixed.next());
  protocol::store(reinterpret_cast<char*>(message.id.bytes.data()) + sizeof number, mixed.next());
  messages_.push_back(message);
  return number;
}

MessageNumber MessageBook::add_conflict(std::uint32_t publisher, MessageNumber other) {
  auto message = messages_.at(other);
  messages_[other].conflicting = true;
  message.publisher = publisher;
  message.conflicting = true;
  messages_.push_back(message);
  return messages_.size() - 1;
}

std::string MessageBook::payload(MessageNumber number) const {
  std::string payload(messages_.at(number).size, static_cast<char>('a' + number % 26));
  protocol::store(payload.data(), number);
  return payload;
}

MessageNumber MessageBook::recognise(std::string_view topic, const Uuid& id, std::string_view payload) const {
  const auto fail = [&](const char* why) -> MessageNumber {
    throw Complaint("content", std::string(why) + " on " + std::string(topic));
  };
  MessageNumber number = 0;
  if (payload.size() < sizeof number) return fail("a payload that nobody published");
  number = protocol::load<MessageNumber>(payload.data());
  if (number >= messages_.size()) return fail("a payload that nobody published");
  const auto& message = messages_[number];
  if (payload.size() != message.size ||
      payload.back() != (payload.size() == sizeof number ? payload.back() : static_cast<char>('a' + number % 26))) {
    return fail("a payload that has changed");
  }
  if (kTopics.at(message.topic) != topic) return fail("a message on another topic");
  if (id != message.id) return fail("a message under another id");
  return number;
}

}  // namespace fanfare::simulation
