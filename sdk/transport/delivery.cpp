#include "sdk/transport/delivery.hpp"

#include <charconv>

#include "sdk/transport/core.hpp"
#include "sdk/transport/message_fields.hpp"

namespace fanfare::transport {
namespace {

/// The broker says with it that a message was given back from the dead letters.
constexpr std::string_view kReturned = "$dead";

Work work_of(const Message& message, std::uint16_t attempt) {
  Work work{.message = message, .attempt = attempt};
  const auto found = work.message.headers.find(kReturned);
  if (found == work.message.headers.end()) return work;
  std::uint64_t sequence = 0;
  const auto& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), sequence);
  if (error != std::errc() || end != text.data() + text.size()) return work;
  work.returned.emplace(sequence);
  work.message.headers.erase(found);
  return work;
}

}  // namespace

void Delivery::add(Item item, const std::shared_ptr<Registration>& registration, session::DataIndex data) {
  if (registrations_.empty() || registrations_.back() != registration) registrations_.push_back(registration);
  item.registration = registration.get();
  items_.push_back(std::move(item));
  last_data_ = data;
}

void Delivery::run(Core& core) {
  auto& dispatcher = core.dispatcher();
  const Registration* running = nullptr;
  Message message;
  message.frame = held_;
  for (auto& item : items_) {
    if (running != item.registration) dispatcher.running(running = item.registration);
    if (item.registration->active() && !core.closing()) hand_over(core, item, message);
    item.delivered.reset();
  }
  dispatcher.running(nullptr);
  if (last_data_ != 0) core.handled(last_data_, held_->frame.size());
}

void Delivery::hand_over(Core& core, Item& item, Message& message) const {
  if (item.delivered && !item.delivered->begin()) return;
  fill(message, *item.topic, item.epoch, item.record);
  const bool traced = message.traced && message.id;
  if (traced) core.trace(*message.id, message.topic, "handler received");
  core.dispatcher().guard([&item, &message] {
    if (item.delivered) {
      item.registration->handle_work(work_of(message, item.attempt), Settler(std::move(item.delivered)));
    } else {
      item.registration->handle_message(message);
    }
  });
  if (traced) core.trace(*message.id, message.topic, "handler done");
}

}  // namespace fanfare::transport
