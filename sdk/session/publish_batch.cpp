#include "sdk/session/publish_batch.hpp"

#include <array>
#include <cassert>
#include <cstring>

namespace fanfare::session {

void PublishBatch::add(Ticket ticket, std::string_view topic, const protocol::Content& content, bool traced) {
  using namespace protocol::message_flags;
  if (items_.empty()) first_ticket_ = ticket;
  assert(ticket == first_ticket_ + items_.size());
  auto& item = items_.emplace_back();
  item.at = static_cast<std::uint32_t>(bytes_.size());
  item.topic_size = static_cast<std::uint8_t>(topic.size());
  item.flags = static_cast<std::uint8_t>((content.id ? kId : 0) | (traced ? kTraced : 0));

  // The fixed fields and the id at once: this is the way of every message.
  std::array<char, kContentAt + sizeof(Uuid)> fields{};
  const auto fields_size = content.id ? fields.size() : kContentAt;
  item.size =
      static_cast<std::uint32_t>(fields_size + content.actor.size() + content.headers.size() + content.payload.size());
  protocol::store(fields.data(), static_cast<std::uint32_t>(item.size - sizeof(std::uint32_t)));
  fields[4] = static_cast<char>(protocol::CommandType::publish);
  fields[kTopicAt + 4] = static_cast<char>(item.flags);
  fields[kTopicAt + 5] = static_cast<char>(content.actor.size());
  protocol::store(fields.data() + kTopicAt + 6, static_cast<std::uint16_t>(content.headers.size()));
  if (content.id) std::memcpy(fields.data() + kContentAt, content.id->bytes.data(), sizeof(Uuid));
  bytes_.append(topic).append(fields.data(), fields_size);
  if (!content.actor.empty()) bytes_.append(content.actor);
  if (!content.headers.empty()) bytes_.append(content.headers);
  bytes_.append(content.payload);
}

void PublishBatch::clear() {
  bytes_.clear();
  items_.clear();
}

std::string_view PublishBatch::headers(const Item& item) const {
  const auto id_size = (item.flags & protocol::message_flags::kId) != 0 ? sizeof(Uuid) : 0;
  return content(item).substr(id_size + actor_size(item), headers_size(item));
}

std::size_t PublishBatch::payload_size(const Item& item) const {
  const auto id_size = (item.flags & protocol::message_flags::kId) != 0 ? sizeof(Uuid) : 0;
  return item.size - kContentAt - id_size - actor_size(item) - headers_size(item);
}

Uuid PublishBatch::id(const Item& item) const {
  Uuid id;
  if ((item.flags & protocol::message_flags::kId) != 0) std::memcpy(id.bytes.data(), content(item).data(), sizeof id);
  return id;
}

}  // namespace fanfare::session
