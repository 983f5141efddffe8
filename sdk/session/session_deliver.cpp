// What comes for handlers: live messages.
#include <algorithm>

#include "sdk/session/batch_records.hpp"
#include "sdk/session/session.hpp"

namespace fanfare::session {

bool Session::on(const protocol::Topic& topic, Incoming&) {
  const auto* stream = streams_.find(topic.stream);
  return topics_.announce(topic, stream == nullptr ? std::string_view() : stream->name);
}

bool Session::on(const protocol::Forget& forget, Incoming&) {
  topics_.forget(forget);
  return true;
}

bool Session::on(const protocol::Deliver& deliver, Incoming& incoming) {
  switch (deliver.kind) {
    case protocol::DeliveryKind::live:
      return deliver_live(deliver, incoming);
    case protocol::DeliveryKind::replay:
      return deliver_replay(deliver, incoming);
    case protocol::DeliveryKind::group:
      return deliver_work(deliver, incoming);
  }
  return true;
}

bool Session::deliver_live(const protocol::Deliver& deliver, Incoming& incoming) {
  auto* stream = streams_.find(deliver.stream);
  const auto take = [&](const protocol::Record& record, const BrokerTopic& topic, std::string_view bytes) {
    const Position position{deliver.epoch, record.sequence};
    if (stream != nullptr) {
      if (position <= stream->live) return;
      stream->live = position;
    }
    for (auto* subscriber : topic.subscribers) {
      if (!subscriber->wants(stream, position)) continue;
      incoming.to_handlers = true;
      listener_.on_message({subscriber->handle, incoming.data, deliver.epoch, record, topic.name, bytes});
    }
  };
  if (!for_each_record(deliver.records, deliver.count, deliver.stream, topics_, registrations_, take)) return false;
  if (stream != nullptr) stream->moved_to({deliver.epoch, deliver.through});
  return true;
}

bool Session::on(const protocol::PositionUpdate& update, Incoming&) {
  auto* stream = streams_.find(update.through.stream);
  if (stream != nullptr) stream->moved_to(update.through.position);
  return true;
}

}  // namespace fanfare::session
