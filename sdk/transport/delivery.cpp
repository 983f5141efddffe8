#include "sdk/transport/delivery.hpp"

#include "sdk/transport/core.hpp"
#include "sdk/transport/message_fields.hpp"

namespace fanfare::transport {

void Delivery::add(const session::Arrival& arrival, const std::shared_ptr<Registration>& registration) {
  auto& names = held_->names;
  if (names.empty() || names.back() != arrival.topic) names.push_back(arrival.topic);
  if (registrations_.empty() || registrations_.back() != registration) registrations_.push_back(registration);
  items_.push_back({registration.get(), arrival.topic.get(), arrival.epoch, arrival.record});
  last_data_ = arrival.data;
}

void Delivery::run(Core& core) const {
  auto& dispatcher = core.dispatcher();
  const Registration* running = nullptr;
  Message message;
  message.frame = held_;
  for (const auto& item : items_) {
    if (running != item.registration) dispatcher.running(running = item.registration);
    if (item.registration->active() && !core.closing()) hand_over(core, item, message);
  }
  dispatcher.running(nullptr);
  core.handled(last_data_, held_->frame.size());
}

void Delivery::hand_over(Core& core, const Item& item, Message& message) const {
  fill(message, *item.topic, item.epoch, item.record);
  const bool traced = message.traced && message.id;
  if (traced) core.trace(*message.id, message.topic, "handler received");
  core.dispatcher().guard([&item, &message] { item.registration->handle_message(message); });
  if (traced) core.trace(*message.id, message.topic, "handler done");
}

}  // namespace fanfare::transport
