#include "sdk/session/publish_batch.hpp"

#include <cstring>

namespace fanfare::session {

void PublishBatch::add(Ticket ticket, std::string_view topic, const protocol::Content& content, bool traced) {
  using namespace protocol::message_flags;
  Item item;
  item.ticket = ticket;
  item.at = bytes_.size();
  item.topic_size = static_cast<std::uint8_t>(topic.size());
  item.actor_size = static_cast<std::uint8_t>(content.actor.size());
  item.headers_size = static_cast<std::uint16_t>(content.headers.size());
  item.flags = static_cast<std::uint8_t>((content.id ? kId : 0) | (traced ? kTraced : 0));
  bytes_.append(topic);
  protocol::append_content(bytes_, content);
  item.content_size = static_cast<std::uint32_t>(bytes_.size() - item.at - topic.size());
  items_.push_back(item);
}

Uuid PublishBatch::id(const Item& item) const {
  Uuid id;
  if ((item.flags & protocol::message_flags::kId) != 0) std::memcpy(id.bytes.data(), content(item).data(), sizeof id);
  return id;
}

std::size_t PublishBatch::payload_size(const Item& item) const {
  const auto id_size = (item.flags & protocol::message_flags::kId) != 0 ? sizeof(Uuid) : 0;
  return item.content_size - id_size - item.actor_size - item.headers_size;
}

}  // namespace fanfare::session
