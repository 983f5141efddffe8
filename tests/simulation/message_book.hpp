#pragma once
// Every message that was ever published, by number: the number is the first eight bytes of its payload, so the checker
// knows a message wherever it sees one. Owned by the world.

#include <fanfare/uuid.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace fanfare::simulation {

using MessageNumber = std::uint64_t;

struct PublishedMessage {
  std::uint32_t topic = 0;
  std::uint32_t size = 0;
  std::uint32_t publisher = 0;  ///< the client that published it first
  Uuid id;
  bool repeated = false;     ///< by its owner, under the same id
  bool conflicting = false;  ///< another message was published under its id
};

class MessageBook {
 public:
  MessageNumber add(std::uint32_t publisher, std::uint32_t topic, std::uint32_t size);
  /// Another payload under the id of `other`.
  MessageNumber add_conflict(std::uint32_t publisher, MessageNumber other);

  [[nodiscard]] std::size_t size() const { return messages_.size(); }
  [[nodiscard]] PublishedMessage& at(MessageNumber number) { return messages_.at(number); }
  [[nodiscard]] const PublishedMessage& at(MessageNumber number) const { return messages_.at(number); }
  [[nodiscard]] std::string payload(MessageNumber number) const;

  /// The number in a payload that was seen on `topic` under `id`; complains when no such message was ever published.
  [[nodiscard]] MessageNumber recognise(std::string_view topic, const Uuid& id, std::string_view payload) const;

 private:
  std::vector<PublishedMessage> messages_;
};

}  // namespace fanfare::simulation
