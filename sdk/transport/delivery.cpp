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

void Delivery::add(const session::Arrival& arrival, const std::shared_ptr<Registration>& registration) {
  last_data_ = arrival.data;
  if (!runs_.empty()) {
    auto& last = runs_.back();
    if (last.records.data() + last.records.size() == arrival.bytes.data() && last.topic == arrival.topic.get() &&
        last.registration == registration.get() && !last.delivered && last.epoch == arrival.epoch) {
      last.records = {last.records.data(), last.records.size() + arrival.bytes.size()};
      return;
    }
  }
  held_->keep(arrival.topic);
  add({.records = arrival.bytes, .topic = arrival.topic.get(), .epoch = arrival.epoch}, registration, arrival.data);
}

void Delivery::add(Run run, const std::shared_ptr<Registration>& registration, session::DataIndex data) {
  if (registrations_.empty() || registrations_.back() != registration) registrations_.push_back(registration);
  run.registration = registration.get();
  runs_.push_back(std::move(run));
  last_data_ = data;
}

void Delivery::run(Core& core) {
  auto& dispatcher = core.dispatcher();
  const Registration* running = nullptr;
  Message message;
  message.frame = held_;
  for (auto& one : runs_) {
    if (running != one.registration) dispatcher.running(running = one.registration);
    run(core, one, message);
    one.delivered.reset();
  }
  dispatcher.running(nullptr);
  if (last_data_ != 0) core.handled(last_data_, held_->frame.size());
}

void Delivery::run(Core& core, Run& run, Message& message) const {
  // The session has read all of it before.
  auto rest = run.records;
  while (const auto record = protocol::next_record(rest)) {
    if (!run.registration->active() || core.closing()) return;
    hand_over(core, run, *record, message);
  }
}

void Delivery::hand_over(Core& core, Run& run, const protocol::Record& record, Message& message) const {
  if (run.delivered && !run.delivered->begin()) return;
  fill(message, *run.topic, run.epoch, record);
  const bool traced = message.traced && message.id;
  if (traced) core.trace(*message.id, message.topic, "handler received");
  core.dispatcher().guard([&run, &message] {
    if (run.delivered) {
      run.registration->handle_work(work_of(message, run.attempt), Settler(std::move(run.delivered)));
    } else {
      run.registration->handle_message(message);
    }
  });
  if (traced) core.trace(*message.id, message.topic, "handler done");
}

}  // namespace fanfare::transport
