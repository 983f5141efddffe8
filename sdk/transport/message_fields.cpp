#include "sdk/transport/message_fields.hpp"

#include "protocol/header_map.hpp"

namespace fanfare::transport {

void fill(Message& message, const session::TopicName& topic, const Uuid& epoch, const protocol::Record& record) {
  message.topic = topic.topic;
  message.stream = topic.stream;
  message.position = {epoch, record.sequence};
  message.timestamp = Timestamp(std::chrono::microseconds(record.timestamp));
  message.id = record.content.id;
  message.publisher = record.publisher;
  message.actor = record.content.actor;
  message.payload = record.content.payload;
  message.traced = (record.flags & protocol::message_flags::kTraced) != 0;
  message.headers.clear();
  if (record.content.headers.empty()) return;
  message.headers = protocol::decode_headers(record.content.headers).value_or(Headers());
}

}  // namespace fanfare::transport
