#pragma once
// The messages of one received frame on their way to handlers: the frame itself and what its records mean. Filled by
// the I/O thread, then handed over to the dispatcher, which runs it once.

#include <memory>
#include <vector>
#include <zmq.hpp>

#include "sdk/session/events.hpp"
#include "sdk/transport/registration.hpp"

namespace fanfare::transport {

/// A frame and the names its messages point to; alive as long as a Message of it is.
struct HeldFrame {
  zmq::message_t frame;
  std::vector<std::shared_ptr<const session::TopicName>> names;
};

class Delivery {
 public:
  explicit Delivery(std::shared_ptr<HeldFrame> held) : held_(std::move(held)) {}

  void add(const session::Arrival& arrival, const std::shared_ptr<Registration>& registration);
  /// A message that nobody wants any more.
  void count(session::DataIndex data) { last_data_ = data; }

  /// Calls the handlers.
  void run(Core& core) const;

 private:
  struct Item {
    Registration* registration;
    const session::TopicName* topic;
    Uuid epoch;
    protocol::Record record;
  };

  void hand_over(Core& core, const Item& item, Message& message) const;

  std::shared_ptr<HeldFrame> held_;
  std::vector<std::shared_ptr<Registration>> registrations_;
  std::vector<Item> items_;
  session::DataIndex last_data_ = 0;  ///< the last delivery it holds messages of
};

}  // namespace fanfare::transport
