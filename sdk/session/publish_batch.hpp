#pragma once
// Publishes that callers put in together: their PUBLISH commands one after the other in one buffer, encoded once and
// kept until all of them have an outcome. Built by one thread at a time, then the session's, which fills in request and
// topic number as they are sent.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/content.hpp"
#include "protocol/frame.hpp"
#include "sdk/session/events.hpp"

namespace fanfare::session {

class PublishBatch {
 public:
  /// Where request, topic and content stand in a PUBLISH that was not sent before.
  static constexpr std::size_t kRequestAt = protocol::kCommandHeaderSize;
  static constexpr std::size_t kTopicAt = kRequestAt + protocol::Publish::kTopicAt;
  static constexpr std::size_t kContentAt = kRequestAt + protocol::Publish::kContentAt;

  struct Item {
    protocol::RequestNumber request = 0;  ///< 0: not sent in this session
    std::uint32_t at = 0;                 ///< of the topic; the command follows it
    std::uint32_t size = 0;               ///< of the command
    std::uint32_t lost_in = 0;            ///< the session that was lost with it first, 0: none
    std::uint8_t topic_size = 0;
    std::uint8_t flags = 0;
    bool done = false;  ///< it has its outcome

    [[nodiscard]] bool sent_before() const { return lost_in != 0; }
  };

  /// Topic and actor are at most 255 bytes, encoded headers at most 65,535, the payload less than 4 GiB. The ticket is
  /// the one after that of the publish before.
  void add(Ticket ticket, std::string_view topic, const protocol::Content& content, bool traced);
  /// Empty again, with the memory it has.
  void clear();

  [[nodiscard]] std::vector<Item>& items() { return items_; }
  [[nodiscard]] const std::vector<Item>& items() const { return items_; }
  [[nodiscard]] bool empty() const { return items_.empty(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_.size(); }
  [[nodiscard]] std::size_t capacity() const { return bytes_.capacity(); }

  [[nodiscard]] Ticket first_ticket() const { return first_ticket_; }
  [[nodiscard]] Ticket ticket(std::size_t item) const { return first_ticket_ + item; }
  [[nodiscard]] std::string_view topic(const Item& item) const { return {bytes_.data() + item.at, item.topic_size}; }
  /// As it goes into a frame, but for request and topic number.
  [[nodiscard]] std::string_view command(const Item& item) const {
    return {bytes_.data() + item.at + item.topic_size, item.size};
  }
  [[nodiscard]] std::string_view content(const Item& item) const { return command(item).substr(kContentAt); }
  [[nodiscard]] std::size_t actor_size(const Item& item) const {
    return static_cast<std::uint8_t>(command(item)[kTopicAt + 5]);
  }
  [[nodiscard]] std::string_view headers(const Item& item) const;
  [[nodiscard]] std::size_t payload_size(const Item& item) const;
  /// Nil when the message has none.
  [[nodiscard]] Uuid id(const Item& item) const;

 private:
  [[nodiscard]] std::size_t headers_size(const Item& item) const {
    return protocol::load<std::uint16_t>(command(item).data() + kTopicAt + 6);
  }

  Ticket first_ticket_ = 0;
  std::string bytes_;
  std::vector<Item> items_;
};

/// Publishes of a batch that follow each other and were acknowledged together.
struct Acknowledged {
  const PublishBatch& batch;
  std::uint32_t first;  ///< of the batch's items
  std::uint32_t count;
  Ack ack;  ///< of the first; its id is not filled in

  [[nodiscard]] Ticket ticket(std::uint32_t i) const { return batch.ticket(first + i); }
  /// Of the publish `i` places behind the first.
  [[nodiscard]] Ack of(std::uint32_t i) const {
    auto one = ack;
    one.id = batch.id(batch.items()[first + i]);
    if (!one.stream.empty()) one.position.sequence += i;
    return one;
  }
};

}  // namespace fanfare::session
