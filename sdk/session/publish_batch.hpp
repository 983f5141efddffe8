#pragma once
// Publishes that callers put in together: their bytes one after the other in one buffer, encoded once and kept until
// all of them are acknowledged. Built by one thread at a time, then owned by the session.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "protocol/content.hpp"
#include "sdk/session/events.hpp"

namespace fanfare::session {

class PublishBatch {
 public:
  struct Item {
    Ticket ticket = 0;
    std::size_t at = 0;  ///< of the topic; the content follows it
    std::uint32_t content_size = 0;
    std::uint16_t headers_size = 0;
    std::uint8_t topic_size = 0;
    std::uint8_t actor_size = 0;
    std::uint8_t flags = 0;
  };

  /// Topic and actor are at most 255 bytes, encoded headers at most 65,535, the payload less than 4 GiB.
  void add(Ticket ticket, std::string_view topic, const protocol::Content& content, bool traced);

  [[nodiscard]] const std::vector<Item>& items() const { return items_; }
  [[nodiscard]] bool empty() const { return items_.empty(); }

  [[nodiscard]] std::string_view topic(const Item& item) const {
    return std::string_view(bytes_).substr(item.at, item.topic_size);
  }
  [[nodiscard]] std::string_view content(const Item& item) const {
    return std::string_view(bytes_).substr(item.at + item.topic_size, item.content_size);
  }
  /// Nil when the message has none.
  [[nodiscard]] Uuid id(const Item& item) const;
  [[nodiscard]] std::size_t payload_size(const Item& item) const;

 private:
  std::string bytes_;
  std::vector<Item> items_;
};

}  // namespace fanfare::session
