#pragma once
// The messages of one received frame on their way to handlers: the frame itself and what its records mean. Filled by
// the I/O thread, then handed over to the dispatcher, which runs it once.

#include <cstdint>
#include <memory>
#include <vector>
#include <zmq.hpp>

#include "sdk/session/events.hpp"
#include "sdk/transport/delivered.hpp"
#include "sdk/transport/registration.hpp"

namespace fanfare::transport {

/// A frame and the names its messages point to; alive as long as a Message of it is.
struct HeldFrame {
  zmq::message_t frame;
  std::vector<std::shared_ptr<const session::TopicName>> names;

  /// While the frame is read: `topic` lives as long as the frame.
  void keep(const std::shared_ptr<const session::TopicName>& topic) {
    if (names.empty() || names.back() != topic) names.push_back(topic);
  }
};

class Delivery {
 public:
  struct Item {
    const session::TopicName* topic;
    Uuid epoch;
    protocol::Record record;
    std::uint16_t attempt = 1;
    std::shared_ptr<Delivered> delivered = {};  ///< of a group's message
    Registration* registration = nullptr;
  };

  explicit Delivery(std::shared_ptr<HeldFrame> held) : held_(std::move(held)) {}

  /// `data`: the delivery it came in; 0 when that has been counted as handled. The item's frame is this one's.
  void add(Item item, const std::shared_ptr<Registration>& registration, session::DataIndex data);
  /// A message that nobody wants any more.
  void count(session::DataIndex data) { last_data_ = data; }

  /// Calls the handlers. Once.
  void run(Core& core);

 private:
  void hand_over(Core& core, Item& item, Message& message) const;

  std::shared_ptr<HeldFrame> held_;
  std::vector<std::shared_ptr<Registration>> registrations_;
  std::vector<Item> items_;
  session::DataIndex last_data_ = 0;  ///< the last delivery it holds messages of
};

}  // namespace fanfare::transport
